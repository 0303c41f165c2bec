--
-- PostgreSQL database dump
--

\restrict minglu

-- Dumped from database version 18.6
-- Dumped by pg_dump version 18.6

SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET transaction_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

--
-- Name: result_partition; Type: SCHEMA; Schema: -; Owner: -
--

CREATE SCHEMA result_partition;


--
-- Name: pg_trgm; Type: EXTENSION; Schema: -; Owner: -
--

CREATE EXTENSION IF NOT EXISTS pg_trgm WITH SCHEMA public;


--
-- Name: EXTENSION pg_trgm; Type: COMMENT; Schema: -; Owner: -
--

COMMENT ON EXTENSION pg_trgm IS 'text similarity measurement and index searching based on trigrams';


--
-- Name: audit_append(text, timestamp with time zone, text[], text[], text[], text[], text[], text[]); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.audit_append(wanted text, written timestamp with time zone, actors text[], actions text[], subjects text[], particulars text[], heads text[], tails text[]) RETURNS void
    LANGUAGE plpgsql
    AS $$
    DECLARE deed record; number bigint; prior text; hashed text;
    BEGIN
        INSERT INTO audit_chain AS known (chain, seq, tip) VALUES (wanted, cardinality(actors), repeat('0', 64))
        ON CONFLICT (chain) DO UPDATE SET seq = known.seq + cardinality(actors)
        RETURNING known.seq - cardinality(actors), known.tip INTO number, hashed;
        FOR deed IN SELECT * FROM unnest(actors, actions, subjects, particulars, heads, tails)
            AS n(actor, action, subject, details, head, tail)
        LOOP
            number := number + 1;
            prior := hashed;
            hashed := encode(
                sha256(convert_to(deed.head || prior || '","seq":' || number || deed.tail, 'UTF8')), 'hex');
            INSERT INTO audit_entry (chain, seq, at, actor, action, subject, details, prev, hash)
            VALUES (wanted, number, written, deed.actor, deed.action, deed.subject, deed.details::jsonb, prior, hashed);
        END LOOP;
        UPDATE audit_chain SET tip = hashed WHERE chain = wanted;
    END $$;


--
-- Name: audit_refuse(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.audit_refuse() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
    BEGIN RAISE EXCEPTION 'the audit only grows' USING ERRCODE = 'restrict_violation'; END $$;


SET default_tablespace = '';

SET default_table_access_method = heap;

--
-- Name: alembic_version; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.alembic_version (
    version_num character varying(32) NOT NULL
);


--
-- Name: annual_report_closing; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.annual_report_closing (
    id uuid NOT NULL,
    region character varying(6) NOT NULL,
    year integer NOT NULL,
    closed_on date NOT NULL,
    actor character varying(200) NOT NULL,
    recorded_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT ck_annual_report_closing_region_form CHECK (((region)::text ~ '^[0-9]{2}([0-9]{2}){0,2}$'::text))
);


--
-- Name: audit_chain; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.audit_chain (
    chain text NOT NULL,
    seq bigint NOT NULL,
    tip text NOT NULL
);


--
-- Name: audit_entry; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.audit_entry (
    chain text NOT NULL,
    seq bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    actor text NOT NULL,
    action text NOT NULL,
    subject text NOT NULL,
    details jsonb NOT NULL,
    prev text NOT NULL,
    hash text NOT NULL
);


--
-- Name: bulk_stream; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.bulk_stream (
    stream_id text NOT NULL,
    topic text NOT NULL,
    total bigint NOT NULL,
    next_record bigint DEFAULT 0 NOT NULL,
    cluster text,
    registered_at timestamp with time zone DEFAULT now() NOT NULL
);


--
-- Name: change; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.change (
    run_number integer NOT NULL,
    region character varying(6) NOT NULL,
    from_type smallint NOT NULL,
    to_type smallint NOT NULL,
    households bigint NOT NULL
);


--
-- Name: COLUMN change.from_type; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.change.from_type IS '-1: not typed before';


--
-- Name: COLUMN change.to_type; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.change.to_type IS '-1: no longer typed';


--
-- Name: consumer_offset; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.consumer_offset (
    consumer text NOT NULL,
    cluster text NOT NULL,
    topic text NOT NULL,
    partition integer NOT NULL,
    next_offset bigint NOT NULL
);


--
-- Name: correction; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.correction (
    run_number integer NOT NULL,
    uscc character varying(18) NOT NULL,
    facts jsonb NOT NULL,
    type smallint NOT NULL,
    true_mask bigint NOT NULL,
    unknown_mask bigint NOT NULL,
    reasons jsonb NOT NULL,
    revision bigint NOT NULL,
    corrected_at timestamp with time zone DEFAULT now() NOT NULL
);


--
-- Name: current_run; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.current_run (
    region character varying(6) NOT NULL,
    run_number integer NOT NULL,
    run_id uuid NOT NULL,
    policy character varying(100) NOT NULL,
    as_of date NOT NULL,
    revision bigint NOT NULL
);


--
-- Name: dead_letter; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.dead_letter (
    letter_id bigint NOT NULL,
    consumer text NOT NULL,
    topic text NOT NULL,
    key text,
    event_id text NOT NULL,
    value bytea NOT NULL,
    kind text NOT NULL,
    cause text NOT NULL,
    recorded_at timestamp with time zone DEFAULT now() NOT NULL,
    replay_asked_at timestamp with time zone,
    settled_at timestamp with time zone
);


--
-- Name: dead_letter_letter_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.dead_letter ALTER COLUMN letter_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.dead_letter_letter_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: deadline; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.deadline (
    kind text NOT NULL,
    subject text NOT NULL,
    due_at timestamp with time zone NOT NULL,
    try_at timestamp with time zone NOT NULL,
    fired_at timestamp with time zone,
    failures integer DEFAULT 0 NOT NULL
);


--
-- Name: delivery; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.delivery (
    id uuid NOT NULL,
    sequence bigint NOT NULL,
    feed character varying(40) NOT NULL,
    bureau character varying(100) NOT NULL,
    region character varying(6) NOT NULL,
    year integer,
    mode character varying(20) NOT NULL,
    channel character varying(20) NOT NULL,
    format character varying(20) NOT NULL,
    bytes bigint NOT NULL,
    sha256 character varying(64) NOT NULL,
    rows bigint NOT NULL,
    accepted bigint NOT NULL,
    rejected bigint NOT NULL,
    flagged bigint NOT NULL,
    warnings jsonb NOT NULL,
    accepted_file character varying(64) NOT NULL,
    rejects_file character varying(64) NOT NULL,
    rejected_keys_file character varying(64) NOT NULL,
    moved_in bigint NOT NULL,
    changed bigint NOT NULL,
    changes_file character varying(64),
    revision bigint,
    received_by character varying(200) NOT NULL,
    received_on date NOT NULL,
    received_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT ck_delivery_mode_known CHECK (((mode)::text = ANY ((ARRAY['full'::character varying, 'incremental'::character varying])::text[]))),
    CONSTRAINT ck_delivery_region_form CHECK (((region)::text ~ '^[0-9]{2}([0-9]{2}){0,2}$'::text)),
    CONSTRAINT ck_delivery_rows_add_up CHECK (((accepted <= rows) AND (rejected <= rows) AND (flagged <= accepted)))
);


--
-- Name: delivery_sequence_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.delivery ALTER COLUMN sequence ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.delivery_sequence_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: filed_report; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.filed_report (
    uscc character varying(18) NOT NULL,
    year integer NOT NULL,
    filed_on date NOT NULL,
    event_id text NOT NULL,
    source text NOT NULL,
    actor text,
    heard_at timestamp with time zone DEFAULT now() NOT NULL
);


--
-- Name: household_revision; Type: SEQUENCE; Schema: public; Owner: -
--

CREATE SEQUENCE public.household_revision
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;


--
-- Name: idempotent_answer; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.idempotent_answer (
    caller text NOT NULL,
    call text NOT NULL,
    key text NOT NULL,
    fingerprint bytea NOT NULL,
    status smallint NOT NULL,
    headers text NOT NULL,
    body bytea NOT NULL,
    answered_at timestamp with time zone DEFAULT now() NOT NULL
);


--
-- Name: inbox; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.inbox (
    consumer text NOT NULL,
    source text NOT NULL,
    event_id text NOT NULL,
    applied_at timestamp with time zone DEFAULT now() NOT NULL
);


--
-- Name: officer; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.officer (
    subject character varying(200) NOT NULL,
    name character varying(100),
    roles text[] NOT NULL,
    department character varying(30),
    region character varying(6) NOT NULL,
    last_day date NOT NULL
);


--
-- Name: outbox; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.outbox (
    "position" bigint NOT NULL,
    event_id text NOT NULL,
    topic text NOT NULL,
    key text NOT NULL,
    value bytea NOT NULL,
    written_by bigint DEFAULT ((pg_current_xact_id())::text)::bigint NOT NULL,
    written_at timestamp with time zone DEFAULT now() NOT NULL,
    sent_at timestamp with time zone,
    sent_to text
);


--
-- Name: outbox_position_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.outbox ALTER COLUMN "position" ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.outbox_position_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: platform_version; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.platform_version (
    version_num character varying(32) NOT NULL
);


--
-- Name: policy_version; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.policy_version (
    content_hash character varying(64) NOT NULL,
    policy character varying(100) NOT NULL,
    content jsonb NOT NULL
);


--
-- Name: pull; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.pull (
    id uuid NOT NULL,
    source character varying(100) NOT NULL,
    feed character varying(40) NOT NULL,
    region character varying(6) NOT NULL,
    state character varying(20) NOT NULL,
    cursor text,
    pages integer NOT NULL,
    rows bigint NOT NULL,
    failure text,
    delivery_id uuid,
    started_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT ck_pull_region_form CHECK (((region)::text ~ '^[0-9]{2}([0-9]{2}){0,2}$'::text)),
    CONSTRAINT ck_pull_state_known CHECK (((state)::text = ANY ((ARRAY['running'::character varying, 'delivered'::character varying, 'failed'::character varying])::text[])))
);


--
-- Name: COLUMN pull.cursor; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.pull.cursor IS 'of the next page; null before the first';


--
-- Name: pull_page; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.pull_page (
    pull_id uuid NOT NULL,
    number integer NOT NULL,
    cursor text NOT NULL,
    rows integer NOT NULL,
    sha256 character varying(64) NOT NULL
);


--
-- Name: result; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.result (
    run_number integer NOT NULL,
    uscc character varying(18) NOT NULL,
    region character varying(6) NOT NULL,
    type smallint NOT NULL,
    true_mask bigint NOT NULL,
    unknown_mask bigint NOT NULL,
    name text NOT NULL,
    operator_ref text
)
PARTITION BY LIST (run_number);


--
-- Name: run; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.run (
    id uuid NOT NULL,
    number integer NOT NULL,
    state character varying(20) NOT NULL,
    version integer NOT NULL,
    region character varying(6) NOT NULL,
    policy character varying(100) NOT NULL,
    policy_hash character varying(64) NOT NULL,
    as_of date NOT NULL,
    closing_id uuid,
    created_by character varying(200) NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    progress double precision NOT NULL,
    warnings jsonb NOT NULL,
    findings jsonb NOT NULL,
    confirmed_by character varying(200),
    confirmation_reason text,
    failure text,
    snapshot character varying(64),
    digest character varying(64),
    households bigint,
    left_out bigint,
    feed_rows jsonb NOT NULL,
    counts jsonb NOT NULL,
    compared_with jsonb NOT NULL,
    published_by character varying(200),
    published_at timestamp with time zone,
    publication_reason text,
    revision bigint,
    CONSTRAINT ck_run_maker_is_not_checker CHECK (((published_by IS NULL) OR ((published_by)::text <> (created_by)::text))),
    CONSTRAINT ck_run_region_form CHECK (((region)::text ~ '^[0-9]{2}([0-9]{2}){0,2}$'::text)),
    CONSTRAINT ck_run_state_known CHECK (((state)::text = ANY ((ARRAY['queued'::character varying, 'blocked'::character varying, 'frozen'::character varying, 'typed'::character varying, 'draft'::character varying, 'published'::character varying, 'discarded'::character varying, 'failed'::character varying])::text[])))
);


--
-- Name: run_number_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.run ALTER COLUMN number ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.run_number_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: statistic; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.statistic (
    region character varying(6) NOT NULL,
    year integer NOT NULL,
    type smallint NOT NULL,
    households bigint NOT NULL,
    run_id uuid NOT NULL
);


--
-- Name: trial; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.trial (
    id uuid NOT NULL,
    number integer NOT NULL,
    run_id uuid NOT NULL,
    region character varying(6) NOT NULL,
    state character varying(20) NOT NULL,
    policy character varying(100) NOT NULL,
    policy_title text NOT NULL,
    policy_hash character varying(64) NOT NULL,
    content jsonb NOT NULL,
    created_by character varying(200) NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    finished_at timestamp with time zone,
    failure text,
    CONSTRAINT ck_trial_state_known CHECK (((state)::text = ANY ((ARRAY['queued'::character varying, 'done'::character varying, 'failed'::character varying])::text[])))
);


--
-- Name: trial_change; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.trial_change (
    trial_id uuid NOT NULL,
    region character varying(6) NOT NULL,
    from_type smallint NOT NULL,
    to_type smallint NOT NULL,
    households bigint NOT NULL
);


--
-- Name: trial_number_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.trial ALTER COLUMN number ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.trial_number_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: run_1; Type: TABLE; Schema: result_partition; Owner: -
--

CREATE TABLE result_partition.run_1 (
    run_number integer CONSTRAINT result_run_number_not_null NOT NULL,
    uscc character varying(18) CONSTRAINT result_uscc_not_null NOT NULL,
    region character varying(6) CONSTRAINT result_region_not_null NOT NULL,
    type smallint CONSTRAINT result_type_not_null NOT NULL,
    true_mask bigint CONSTRAINT result_true_mask_not_null NOT NULL,
    unknown_mask bigint CONSTRAINT result_unknown_mask_not_null NOT NULL,
    name text CONSTRAINT result_name_not_null NOT NULL,
    operator_ref text,
    CONSTRAINT run_number_is CHECK ((run_number = 1))
);


--
-- Name: run_1; Type: TABLE ATTACH; Schema: result_partition; Owner: -
--

ALTER TABLE ONLY public.result ATTACH PARTITION result_partition.run_1 FOR VALUES IN (1);


--
-- Data for Name: alembic_version; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.alembic_version VALUES
	('0001');


--
-- Data for Name: annual_report_closing; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.annual_report_closing VALUES
	('abadc2a2-2289-4649-8eb0-109a139843ac', '4101', 2025, '2026-07-01', 'system', '2026-11-28 14:10:31.805+00');


--
-- Data for Name: audit_chain; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.audit_chain VALUES
	('4101', 11, '66f5579bae3b1de156f79e58830db7b5ff8e5207418a834b8ad56af72c588a64');


--
-- Data for Name: audit_entry; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.audit_entry VALUES
	('4101', 1, '2026-07-02 04:00:00.686904+00', 'bureau', 'delivery:accept', '504da943-37d6-45b5-9556-361e75b0063c', '{"feed": "registration", "mode": "full", "rows": 3000, "year": null, "bureau": "测试局", "sha256": "f3085a770fcddd854e8953073aa3a700410544ed71c3e7b3b1aa8e1e433e23dd", "changed": 0, "channel": "upload", "flagged": 2, "accepted": 3000, "moved_in": 0, "rejected": 0, "accepted_file": "c1193b936c2321e720400a237a2c659c8402a55d4df5a797c231f9ac331a0ea9"}', '0000000000000000000000000000000000000000000000000000000000000000', '1757567bf41c93c33becddab38538e2382039cbd3fbdfe0e76b901bd45eae277'),
	('4101', 2, '2026-07-02 04:00:00.743747+00', 'bureau', 'delivery:accept', '6e5542fb-2e45-4d4d-8c63-c0040ed7d49f', '{"feed": "credit", "mode": "full", "rows": 435, "year": null, "bureau": "测试局", "sha256": "563d6c175eccfba65d5fb28ebdfa10f1f666b0c67ddcdc376d909e7930e22542", "changed": 0, "channel": "upload", "flagged": 0, "accepted": 435, "moved_in": 0, "rejected": 0, "accepted_file": "ed1653efcea46bd1ea707657c06481aebe7b68e7ac9ba50bb5f2c611f6c462c8"}', '1757567bf41c93c33becddab38538e2382039cbd3fbdfe0e76b901bd45eae277', 'f2e69807ed20ce19b3348274458dfd9cf19f5fa823625bf02a9318f3b162d34c'),
	('4101', 3, '2026-07-02 04:00:00.802354+00', 'bureau', 'delivery:accept', '09a7d3ee-0235-45ba-af77-b95bac43075d', '{"feed": "suspension", "mode": "full", "rows": 28, "year": null, "bureau": "测试局", "sha256": "9df87559833b70d97279388783a83e810d40b41c32277d5aa5d9dc51efd9c2b7", "changed": 0, "channel": "upload", "flagged": 0, "accepted": 28, "moved_in": 0, "rejected": 0, "accepted_file": "fb1635ed7db419ea603145c5206fdc882d06a84d20c6d02d8651ea342e21a7e8"}', 'f2e69807ed20ce19b3348274458dfd9cf19f5fa823625bf02a9318f3b162d34c', '2e2b87bcf6496b10aa5a33f9632df7f49c5a3e6fd050ba5407eea6f0b2e3a372'),
	('4101', 4, '2026-07-02 04:00:00.878781+00', 'bureau', 'delivery:accept', '04160eaf-d8aa-4343-b5ad-c20601a65c3a', '{"feed": "annual_report", "mode": "full", "rows": 2889, "year": 2025, "bureau": "测试局", "sha256": "d3237825c544e52fddc3232460c18bf130635d04b8e5291ba0bbda542e8b00a8", "changed": 0, "channel": "upload", "flagged": 3, "accepted": 2889, "moved_in": 0, "rejected": 0, "accepted_file": "df6254e045e11cabce9ea79eb728ff8a7bd879132fac8300db64ed1781189350"}', '2e2b87bcf6496b10aa5a33f9632df7f49c5a3e6fd050ba5407eea6f0b2e3a372', 'acbf4ed8db4e4be373235d0e2d29fc9d2168e506f9b0078e191a5729fbaa4df3'),
	('4101', 5, '2026-07-02 04:00:00.961235+00', 'bureau', 'delivery:accept', 'd5614ae9-2db2-46cc-9eca-f22031e4c0e5', '{"feed": "tax", "mode": "full", "rows": 914, "year": 2025, "bureau": "测试局", "sha256": "8864d0e82edc76032482e44cb3bbb1539eb7ea0af4f8f964039403de50f92ec1", "changed": 0, "channel": "upload", "flagged": 0, "accepted": 914, "moved_in": 0, "rejected": 0, "accepted_file": "8db389271f11091b2b2aa03493f02237670ce2f918ca6b38fa98a293c990591f"}', 'acbf4ed8db4e4be373235d0e2d29fc9d2168e506f9b0078e191a5729fbaa4df3', '70050ba513107c2e4f7aa6f24d1bc18a86df9fc5b6868d932dd29582bbe2ba99'),
	('4101', 6, '2026-07-02 04:00:01.013216+00', 'bureau', 'delivery:accept', '447320e2-8641-41f3-9e60-e13e5b66fa75', '{"feed": "tax_registration", "mode": "full", "rows": 2514, "year": null, "bureau": "测试局", "sha256": "8a6501aa9002ec51ecc6373771dedd7979b27a88dda95cb3e825b154430bccca", "changed": 0, "channel": "upload", "flagged": 2, "accepted": 2514, "moved_in": 0, "rejected": 0, "accepted_file": "47bb3cf8d715df685b78592b6766e0e5ab3b61bb7ec5901e0350b832006a4654"}', '70050ba513107c2e4f7aa6f24d1bc18a86df9fc5b6868d932dd29582bbe2ba99', '8336b4bcac7af064da065699dc3e8b7a87825241c32c3fbc4846a4c61f6dd40b'),
	('4101', 7, '2026-07-02 04:00:01.069389+00', 'bureau', 'delivery:accept', 'bf5d4036-bf2a-4e8b-8da5-05cc1e7d2b90', '{"feed": "social_insurance", "mode": "full", "rows": 228, "year": 2025, "bureau": "测试局", "sha256": "1e6c8574414ec66e4d3171017ae98ae18f4d3ddd226ee5b262c5e90d4f15ddae", "changed": 0, "channel": "upload", "flagged": 0, "accepted": 228, "moved_in": 0, "rejected": 0, "accepted_file": "96940d5a327ffdbae694cd9c2c918e9276daf4368e1e81fae73ca3c93fd4ba71"}', '8336b4bcac7af064da065699dc3e8b7a87825241c32c3fbc4846a4c61f6dd40b', '0ccfeceda1af726704ab265e2ae90902d151e2f2ebb362242ebd39f61108eafb'),
	('4101', 8, '2026-07-02 04:00:01.11645+00', 'bureau', 'delivery:accept', 'de5c12db-60ef-4201-bdad-e5e3e23f3cf8', '{"feed": "intellectual_property", "mode": "full", "rows": 24, "year": null, "bureau": "测试局", "sha256": "e8c8362f6ddfb6f1812dc457160f847c64189c4b0bad3925ef7e37114f282445", "changed": 0, "channel": "upload", "flagged": 0, "accepted": 24, "moved_in": 0, "rejected": 0, "accepted_file": "9f3fa0621851d22fb1210ed9b0546196fdda6bbbe14569a297396ad6ff9caf8e"}', '0ccfeceda1af726704ab265e2ae90902d151e2f2ebb362242ebd39f61108eafb', '7d6a60e1fba8c2ac49e2bc853f3d8ae76163278de251a93dbfceb776a0643b70'),
	('4101', 9, '2026-11-28 14:10:32.049385+00', 'system', 'annual-report:close', '4101/2025', '{"closed_on": "2026-07-01"}', '7d6a60e1fba8c2ac49e2bc853f3d8ae76163278de251a93dbfceb776a0643b70', '4e5721a9e0014ba827bda7144233cd4f107d34d0e987843a54ce7989bc8a7f2a'),
	('4101', 10, '2026-11-28 14:10:32.049385+00', 'system', 'run:create', 'ab28f935-6eb3-49c1-8eb3-fc5a844b34ea', '{"run": "ab28f935-6eb3-49c1-8eb3-fc5a844b34ea", "as_of": "2026-07-01", "cause": "8765a6dd-ae80-4b62-97b5-3b6a486a13d3", "policy": "zhengzhou-2025"}', '4e5721a9e0014ba827bda7144233cd4f107d34d0e987843a54ce7989bc8a7f2a', 'b667193a29ff1918830aae19e8cdddfae82c6322a4f68acef40d9dba7a13a53a'),
	('4101', 11, '2026-11-28 14:10:33.101582+00', 'approver', 'run:publish', 'ab28f935-6eb3-49c1-8eb3-fc5a844b34ea', '{"digest": "d6ea228994d38bcbf0f09235e01681ac601a43374285322a37076187d17d3d37", "reason": null, "findings": []}', 'b667193a29ff1918830aae19e8cdddfae82c6322a4f68acef40d9dba7a13a53a', '66f5579bae3b1de156f79e58830db7b5ff8e5207418a834b8ad56af72c588a64');


--
-- Data for Name: bulk_stream; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.bulk_stream VALUES
	('household-typed/ab28f935-6eb3-49c1-8eb3-fc5a844b34ea', 'typing.events', 2997, 0, NULL, '2026-11-28 14:10:32.650391+00');


--
-- Data for Name: change; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.change VALUES
	(1, '410102', -1, 0, 84),
	(1, '410102', -1, 1, 59),
	(1, '410102', -1, 2, 102),
	(1, '410102', -1, 3, 42),
	(1, '410103', -1, 0, 61),
	(1, '410103', -1, 1, 56),
	(1, '410103', -1, 2, 94),
	(1, '410103', -1, 3, 35),
	(1, '410104', -1, 0, 56),
	(1, '410104', -1, 1, 58),
	(1, '410104', -1, 2, 95),
	(1, '410104', -1, 3, 38),
	(1, '410105', -1, 0, 74),
	(1, '410105', -1, 1, 68),
	(1, '410105', -1, 2, 108),
	(1, '410105', -1, 3, 51),
	(1, '410106', -1, 0, 68),
	(1, '410106', -1, 1, 49),
	(1, '410106', -1, 2, 86),
	(1, '410106', -1, 3, 34),
	(1, '410108', -1, 0, 81),
	(1, '410108', -1, 1, 86),
	(1, '410108', -1, 2, 130),
	(1, '410108', -1, 3, 56),
	(1, '410122', -1, 0, 61),
	(1, '410122', -1, 1, 81),
	(1, '410122', -1, 2, 123),
	(1, '410122', -1, 3, 43),
	(1, '410181', -1, 0, 67),
	(1, '410181', -1, 1, 71),
	(1, '410181', -1, 2, 105),
	(1, '410181', -1, 3, 54),
	(1, '410182', -1, 0, 30),
	(1, '410182', -1, 1, 20),
	(1, '410182', -1, 2, 52),
	(1, '410182', -1, 3, 18),
	(1, '410183', -1, 0, 31),
	(1, '410183', -1, 1, 23),
	(1, '410183', -1, 2, 40),
	(1, '410183', -1, 3, 21),
	(1, '410184', -1, 0, 35),
	(1, '410184', -1, 1, 34),
	(1, '410184', -1, 2, 59),
	(1, '410184', -1, 3, 21),
	(1, '410185', -1, 0, 87),
	(1, '410185', -1, 1, 77),
	(1, '410185', -1, 2, 123),
	(1, '410185', -1, 3, 50);


--
-- Data for Name: consumer_offset; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: correction; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: current_run; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.current_run VALUES
	('410102', 1, 'ab28f935-6eb3-49c1-8eb3-fc5a844b34ea', 'zhengzhou-2025', '2026-07-01', 1),
	('410103', 1, 'ab28f935-6eb3-49c1-8eb3-fc5a844b34ea', 'zhengzhou-2025', '2026-07-01', 1),
	('410104', 1, 'ab28f935-6eb3-49c1-8eb3-fc5a844b34ea', 'zhengzhou-2025', '2026-07-01', 1),
	('410105', 1, 'ab28f935-6eb3-49c1-8eb3-fc5a844b34ea', 'zhengzhou-2025', '2026-07-01', 1),
	('410106', 1, 'ab28f935-6eb3-49c1-8eb3-fc5a844b34ea', 'zhengzhou-2025', '2026-07-01', 1),
	('410108', 1, 'ab28f935-6eb3-49c1-8eb3-fc5a844b34ea', 'zhengzhou-2025', '2026-07-01', 1),
	('410122', 1, 'ab28f935-6eb3-49c1-8eb3-fc5a844b34ea', 'zhengzhou-2025', '2026-07-01', 1),
	('410181', 1, 'ab28f935-6eb3-49c1-8eb3-fc5a844b34ea', 'zhengzhou-2025', '2026-07-01', 1),
	('410182', 1, 'ab28f935-6eb3-49c1-8eb3-fc5a844b34ea', 'zhengzhou-2025', '2026-07-01', 1),
	('410183', 1, 'ab28f935-6eb3-49c1-8eb3-fc5a844b34ea', 'zhengzhou-2025', '2026-07-01', 1),
	('410184', 1, 'ab28f935-6eb3-49c1-8eb3-fc5a844b34ea', 'zhengzhou-2025', '2026-07-01', 1),
	('410185', 1, 'ab28f935-6eb3-49c1-8eb3-fc5a844b34ea', 'zhengzhou-2025', '2026-07-01', 1);


--
-- Data for Name: dead_letter; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: deadline; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: delivery; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.delivery OVERRIDING SYSTEM VALUE VALUES
	('504da943-37d6-45b5-9556-361e75b0063c', 1, 'registration', '测试局', '4101', NULL, 'full', 'upload', 'parquet', 106209, 'f3085a770fcddd854e8953073aa3a700410544ed71c3e7b3b1aa8e1e433e23dd', 3000, 3000, 0, 2, '[]', 'c1193b936c2321e720400a237a2c659c8402a55d4df5a797c231f9ac331a0ea9', 'd41a4e97437b48e77626a73e1b05fe74e023f12e8c4f8f83a3118bf066778caf', 'e60fc61f892cd15edc026c741284fe8b61971cbec64cfc56d2568f7027ec7e8b', 0, 0, NULL, NULL, 'bureau', '2026-07-02', '2026-07-02 04:00:00.672696+00'),
	('6e5542fb-2e45-4d4d-8c63-c0040ed7d49f', 2, 'credit', '测试局', '4101', NULL, 'full', 'upload', 'parquet', 4357, '563d6c175eccfba65d5fb28ebdfa10f1f666b0c67ddcdc376d909e7930e22542', 435, 435, 0, 0, '[]', 'ed1653efcea46bd1ea707657c06481aebe7b68e7ac9ba50bb5f2c611f6c462c8', 'd232f15dd547dee5d24ff6ee019929c3ea4a929f258cfd93857fd144d11d985e', 'e60fc61f892cd15edc026c741284fe8b61971cbec64cfc56d2568f7027ec7e8b', 0, 0, NULL, NULL, 'bureau', '2026-07-02', '2026-07-02 04:00:00.738853+00'),
	('09a7d3ee-0235-45ba-af77-b95bac43075d', 3, 'suspension', '测试局', '4101', NULL, 'full', 'upload', 'parquet', 1650, '9df87559833b70d97279388783a83e810d40b41c32277d5aa5d9dc51efd9c2b7', 28, 28, 0, 0, '[]', 'fb1635ed7db419ea603145c5206fdc882d06a84d20c6d02d8651ea342e21a7e8', 'd232f15dd547dee5d24ff6ee019929c3ea4a929f258cfd93857fd144d11d985e', 'e60fc61f892cd15edc026c741284fe8b61971cbec64cfc56d2568f7027ec7e8b', 0, 0, NULL, NULL, 'bureau', '2026-07-02', '2026-07-02 04:00:00.79883+00'),
	('04160eaf-d8aa-4343-b5ad-c20601a65c3a', 4, 'annual_report', '测试局', '4101', 2025, 'full', 'upload', 'parquet', 37335, 'd3237825c544e52fddc3232460c18bf130635d04b8e5291ba0bbda542e8b00a8', 2889, 2889, 0, 3, '[]', 'df6254e045e11cabce9ea79eb728ff8a7bd879132fac8300db64ed1781189350', '46123c4dc6604483c887fbd0f50d91354eaedf0bc58025809e686dd1b876192a', 'e60fc61f892cd15edc026c741284fe8b61971cbec64cfc56d2568f7027ec7e8b', 0, 0, NULL, NULL, 'bureau', '2026-07-02', '2026-07-02 04:00:00.872128+00'),
	('d5614ae9-2db2-46cc-9eca-f22031e4c0e5', 5, 'tax', '测试局', '4101', 2025, 'full', 'upload', 'parquet', 15551, '8864d0e82edc76032482e44cb3bbb1539eb7ea0af4f8f964039403de50f92ec1', 914, 914, 0, 0, '[]', '8db389271f11091b2b2aa03493f02237670ce2f918ca6b38fa98a293c990591f', 'd232f15dd547dee5d24ff6ee019929c3ea4a929f258cfd93857fd144d11d985e', 'e60fc61f892cd15edc026c741284fe8b61971cbec64cfc56d2568f7027ec7e8b', 0, 0, NULL, NULL, 'bureau', '2026-07-02', '2026-07-02 04:00:00.955869+00'),
	('447320e2-8641-41f3-9e60-e13e5b66fa75', 6, 'tax_registration', '测试局', '4101', NULL, 'full', 'upload', 'parquet', 25825, '8a6501aa9002ec51ecc6373771dedd7979b27a88dda95cb3e825b154430bccca', 2514, 2514, 0, 2, '[]', '47bb3cf8d715df685b78592b6766e0e5ab3b61bb7ec5901e0350b832006a4654', '13dc67be688c8ee36780c1a7c93103e468af03f1b07d788837d34ce81fa47960', 'e60fc61f892cd15edc026c741284fe8b61971cbec64cfc56d2568f7027ec7e8b', 0, 0, NULL, NULL, 'bureau', '2026-07-02', '2026-07-02 04:00:01.009432+00'),
	('bf5d4036-bf2a-4e8b-8da5-05cc1e7d2b90', 7, 'social_insurance', '测试局', '4101', 2025, 'full', 'upload', 'parquet', 3273, '1e6c8574414ec66e4d3171017ae98ae18f4d3ddd226ee5b262c5e90d4f15ddae', 228, 228, 0, 0, '[]', '96940d5a327ffdbae694cd9c2c918e9276daf4368e1e81fae73ca3c93fd4ba71', 'd232f15dd547dee5d24ff6ee019929c3ea4a929f258cfd93857fd144d11d985e', 'e60fc61f892cd15edc026c741284fe8b61971cbec64cfc56d2568f7027ec7e8b', 0, 0, NULL, NULL, 'bureau', '2026-07-02', '2026-07-02 04:00:01.065053+00'),
	('de5c12db-60ef-4201-bdad-e5e3e23f3cf8', 8, 'intellectual_property', '测试局', '4101', NULL, 'full', 'upload', 'parquet', 1415, 'e8c8362f6ddfb6f1812dc457160f847c64189c4b0bad3925ef7e37114f282445', 24, 24, 0, 0, '[]', '9f3fa0621851d22fb1210ed9b0546196fdda6bbbe14569a297396ad6ff9caf8e', 'd232f15dd547dee5d24ff6ee019929c3ea4a929f258cfd93857fd144d11d985e', 'e60fc61f892cd15edc026c741284fe8b61971cbec64cfc56d2568f7027ec7e8b', 0, 0, NULL, NULL, 'bureau', '2026-07-02', '2026-07-02 04:00:01.112191+00');


--
-- Data for Name: filed_report; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: idempotent_answer; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: inbox; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: officer; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.officer VALUES
	('bureau', NULL, '{bureau}', 'intellectual-property', '4101', '2026-07-02'),
	('approver', NULL, '{approver}', NULL, '4101', '2026-11-28');


--
-- Data for Name: outbox; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.outbox OVERRIDING SYSTEM VALUE VALUES
	(1, '8765a6dd-ae80-4b62-97b5-3b6a486a13d3', 'annual-report.events', '4101', '\x7b227370656376657273696f6e223a22312e30222c22736f75726365223a222f747970696e67222c2274797065223a22636e2e6d696e676c752e616e6e75616c2d7265706f72742e416e6e75616c5265706f7274436c6f7365642e7631222c2274696d65223a22323032362d31312d32385431343a31303a33312e3830373632395a222c2264617461636f6e74656e7474797065223a226170706c69636174696f6e2f6a736f6e222c2264617461736368656d61223a2268747470733a2f2f6d696e676c752e636e2f636f6e7472616374732f636e2e6d696e676c752e616e6e75616c2d7265706f72742e416e6e75616c5265706f7274436c6f7365642e76312e6a736f6e222c22636f7272656c6174696f6e6964223a2238373635613664642d616538302d346236322d393762352d336236613438366131336433222c226964223a2238373635613664642d616538302d346236322d393762352d336236613438366131336433222c227375626a656374223a2234313031222c22706172746974696f6e6b6579223a2234313031222c226163746f72223a2273797374656d222c2264617461223a7b22726567696f6e223a2234313031222c2279656172223a323032352c22636c6f7365645f6f6e223a22323032362d30372d3031227d7d', 770, '2026-11-28 14:10:31.805+00', NULL, NULL),
	(2, '06fa7dd3-7e2a-4c84-ae2f-2e9c779a3738', 'typing.events', '4101', '\x7b227370656376657273696f6e223a22312e30222c22736f75726365223a222f747970696e67222c2274797065223a22636e2e6d696e676c752e747970696e672e547970696e6752756e436f6d706c657465642e7631222c2274696d65223a22323032362d31312d32385431343a31303a33322e3537333132375a222c2264617461636f6e74656e7474797065223a226170706c69636174696f6e2f6a736f6e222c2264617461736368656d61223a2268747470733a2f2f6d696e676c752e636e2f636f6e7472616374732f636e2e6d696e676c752e747970696e672e547970696e6752756e436f6d706c657465642e76312e6a736f6e222c22636f7272656c6174696f6e6964223a2230366661376464332d376532612d346338342d616532662d326539633737396133373338222c226964223a2230366661376464332d376532612d346338342d616532662d326539633737396133373338222c227375626a656374223a2234313031222c22706172746974696f6e6b6579223a2234313031222c226163746f72223a2273797374656d222c2264617461223a7b2272756e223a2261623238663933352d366562332d343963312d386562332d666335613834346233346561222c22726567696f6e223a2234313031222c2279656172223a323032362c22706f6c696379223a227a68656e677a686f752d32303235222c22636f756e7473223a7b22343130313032223a7b22696e656c696769626c65223a38342c22737572766976616c223a35392c2267726f777468223a3130322c22646576656c6f706d656e74223a34327d2c22343130313033223a7b22696e656c696769626c65223a36312c22737572766976616c223a35362c2267726f777468223a39342c22646576656c6f706d656e74223a33357d2c22343130313034223a7b22696e656c696769626c65223a35362c22737572766976616c223a35382c2267726f777468223a39352c22646576656c6f706d656e74223a33387d2c22343130313035223a7b22696e656c696769626c65223a37342c22737572766976616c223a36382c2267726f777468223a3130382c22646576656c6f706d656e74223a35317d2c22343130313036223a7b22696e656c696769626c65223a36382c22737572766976616c223a34392c2267726f777468223a38362c22646576656c6f706d656e74223a33347d2c22343130313038223a7b22696e656c696769626c65223a38312c22737572766976616c223a38362c2267726f777468223a3133302c22646576656c6f706d656e74223a35367d2c22343130313232223a7b22696e656c696769626c65223a36312c22737572766976616c223a38312c2267726f777468223a3132332c22646576656c6f706d656e74223a34337d2c22343130313831223a7b22696e656c696769626c65223a36372c22737572766976616c223a37312c2267726f777468223a3130352c22646576656c6f706d656e74223a35347d2c22343130313832223a7b22696e656c696769626c65223a33302c22737572766976616c223a32302c2267726f777468223a35322c22646576656c6f706d656e74223a31387d2c22343130313833223a7b22696e656c696769626c65223a33312c22737572766976616c223a32332c2267726f777468223a34302c22646576656c6f706d656e74223a32317d2c22343130313834223a7b22696e656c696769626c65223a33352c22737572766976616c223a33342c2267726f777468223a35392c22646576656c6f706d656e74223a32317d2c22343130313835223a7b22696e656c696769626c65223a38372c22737572766976616c223a37372c2267726f777468223a3132332c22646576656c6f706d656e74223a35307d7d2c22646967657374223a2264366561323238393934643338626362663066303932333565303136383161633630316134333337343238353332326133373037363138376431376433643337227d7d', 777, '2026-11-28 14:10:32.565268+00', NULL, NULL),
	(3, '47623801-5d90-42bb-895c-610a8980b483', 'typing.events', '4101', '\x7b227370656376657273696f6e223a22312e30222c22736f75726365223a222f747970696e67222c2274797065223a22636e2e6d696e676c752e747970696e672e547970696e6752756e5075626c69736865642e7631222c2274696d65223a22323032362d31312d32385431343a31303a33332e3039363633355a222c2264617461636f6e74656e7474797065223a226170706c69636174696f6e2f6a736f6e222c2264617461736368656d61223a2268747470733a2f2f6d696e676c752e636e2f636f6e7472616374732f636e2e6d696e676c752e747970696e672e547970696e6752756e5075626c69736865642e76312e6a736f6e222c22636f7272656c6174696f6e6964223a2234373632333830312d356439302d343262622d383935632d363130613839383062343833222c226964223a2234373632333830312d356439302d343262622d383935632d363130613839383062343833222c227375626a656374223a2234313031222c22706172746974696f6e6b6579223a2234313031222c226163746f72223a22617070726f766572222c2264617461223a7b2272756e223a2261623238663933352d366562332d343963312d386562332d666335613834346233346561222c22726567696f6e223a2234313031222c2279656172223a323032362c22706f6c696379223a227a68656e677a686f752d32303235222c22636f756e7473223a7b22343130313032223a7b22696e656c696769626c65223a38342c22737572766976616c223a35392c2267726f777468223a3130322c22646576656c6f706d656e74223a34327d2c22343130313033223a7b22696e656c696769626c65223a36312c22737572766976616c223a35362c2267726f777468223a39342c22646576656c6f706d656e74223a33357d2c22343130313034223a7b22696e656c696769626c65223a35362c22737572766976616c223a35382c2267726f777468223a39352c22646576656c6f706d656e74223a33387d2c22343130313035223a7b22696e656c696769626c65223a37342c22737572766976616c223a36382c2267726f777468223a3130382c22646576656c6f706d656e74223a35317d2c22343130313036223a7b22696e656c696769626c65223a36382c22737572766976616c223a34392c2267726f777468223a38362c22646576656c6f706d656e74223a33347d2c22343130313038223a7b22696e656c696769626c65223a38312c22737572766976616c223a38362c2267726f777468223a3133302c22646576656c6f706d656e74223a35367d2c22343130313232223a7b22696e656c696769626c65223a36312c22737572766976616c223a38312c2267726f777468223a3132332c22646576656c6f706d656e74223a34337d2c22343130313831223a7b22696e656c696769626c65223a36372c22737572766976616c223a37312c2267726f777468223a3130352c22646576656c6f706d656e74223a35347d2c22343130313832223a7b22696e656c696769626c65223a33302c22737572766976616c223a32302c2267726f777468223a35322c22646576656c6f706d656e74223a31387d2c22343130313833223a7b22696e656c696769626c65223a33312c22737572766976616c223a32332c2267726f777468223a34302c22646576656c6f706d656e74223a32317d2c22343130313834223a7b22696e656c696769626c65223a33352c22737572766976616c223a33342c2267726f777468223a35392c22646576656c6f706d656e74223a32317d2c22343130313835223a7b22696e656c696769626c65223a38372c22737572766976616c223a37372c2267726f777468223a3132332c22646576656c6f706d656e74223a35307d7d2c22646967657374223a2264366561323238393934643338626362663066303932333565303136383161633630316134333337343238353332326133373037363138376431376433643337227d7d', 780, '2026-11-28 14:10:32.650391+00', NULL, NULL);


--
-- Data for Name: platform_version; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.platform_version VALUES
	('0001');


--
-- Data for Name: policy_version; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.policy_version VALUES
	('5858148dae4f34c004c186f93d3b10df973d0e4907f77074b1de1b11df99ea25', 'zhengzhou-2025', '{"id": "zhengzhou-2025", "title": "郑州市个体工商户分型分类标准（2025）", "duties": [{"id": "calendar.typing-in-july", "kind": "calendar", "title": "每年7月年度报告结束后，由省市场监管局集中分型一次", "kept_by": "收到本年度年报结束记录后才能发布当年的集中分型", "citation": {"quote": "分型周期:每年7月份个体工商户年度报告结束后,由省市场监管局进行一次个体工商户集中分型判定", "article": "三（一）2 分型周期"}}, {"id": "calendar.national-directory", "kind": "calendar", "title": "8月中旬前（8月10日以前）汇总至全国“个体工商户名录”", "kept_by": "发布以后即可导出全国名录所要的文件，由省市场监管局在期限前上报", "citation": {"quote": "将数据于8月中旬前汇总至全国“个体工商户名录”", "article": "三（一）2 分型周期"}}, {"id": "conduct.typing-any-time", "kind": "conduct", "title": "可以在其他时间定期或不定期分型", "kept_by": "任何判定日、任何地区都可以运行，次数不限；判定日写在结果里", "citation": {"quote": "省市场监管局可以根据统计分析、决策参考需要,在其他时间安排定期或不定期分型判定", "article": "三（一）2 分型周期"}}, {"id": "conduct.mark-ineligible", "kind": "conduct", "title": "不满足基础标准的，标注为“不符合分型条件”", "kept_by": "分型结果单列“不符合分型条件”，并列出符合的每一种情形", "citation": {"quote": "对不满足基础标准的个体工商户,及时标注为“不符合分型条件”", "article": "三（一）2 分型周期"}}, {"id": "conduct.public-search", "kind": "conduct", "title": "经营者和公众可以按名称或统一社会信用代码查询分型结果和分型标准", "kept_by": "名录和政策的查询不需要登录", "citation": {"quote": "查询公示:个体工商户经营者和社会公众可以通过“个体工商户名录”和“全国个体工商户发展网”,查询本省(市、县)个体工商户分型标准,并以个体工商户名称或统一社会信用代码为关键词查询分型结果", "article": "三（一）2 查询公示"}}, {"id": "conduct.typing-publicised", "kind": "conduct", "title": "分型结果登记于户名下，在国家企业信用信息公示系统标注和公示", "kept_by": "公示系统是国家的系统，由市场监管部门把发布的结果导入；平台提供导出文件", "citation": {"quote": "分型结果通过国家企业信用信息公示系统登记于个体工商户名下,并进行标注和公示", "article": "三（一）2 查询公示"}}, {"id": "conduct.answer-objector", "kind": "conduct", "title": "异议成立的，及时调整分型结果，并答复申诉人", "kept_by": "经省级决定的更正随即改变名录里的分型，经办人员据更正的内容答复", "citation": {"quote": "符合标准的,及时调整分型结果,并答复申诉人", "article": "三（一）2 异议处理"}}, {"id": "conduct.no-application-needed", "kind": "conduct", "title": "支持政策“免申即享”，推广告知承诺制", "kept_by": "平台把发布的结果以查询和事件的方式交给各部门，各部门据此直接兑现，不要求户先提出", "citation": {"quote": "建立支持政策“免申即享”机制,推广告知承诺制,实现政策直达快享", "article": "三（一）3"}}, {"id": "conduct.inspection-by-credit", "kind": "conduct", "title": "按信用风险分类结果，对不同类型采取不同的抽查比例和频次", "kept_by": "“双随机、一公开”抽查由市场监管部门在自己的系统里安排，平台只提供分型结果", "citation": {"quote": "探索实施信用风险分类管理,在“双随机、一公开”监管中,依据个体工商户信用风险分类结果,对不同类型个体工商户采取不同的抽查比例和频次", "article": "二（四）"}}, {"id": "conduct.recognition-publicised", "kind": "conduct", "title": "认定信息登记于户名下，在国家企业信用信息公示系统标注和公示", "kept_by": "公示系统是国家的系统，由认定部门把认定结果导入", "citation": {"quote": "“名特优新”认定信息通过国家企业信用信息公示系统登记于个体工商户名下,并进行标注和公示", "article": "三（二）1"}}, {"id": "conduct.criteria-published", "kind": "conduct", "title": "本地四类分类标准由区县（市）市场监管局会同相关部门制定，并向社会公示", "kept_by": "由制定标准的市场监管局公示；本政策所列是市里的参考条件，区县的标准另行公布", "citation": {"quote": "各区县(市)市场监管局可以会同相关部门,研究制定本地“名特优新”四类个体工商户的分类标准,并向社会公示", "article": "三（二）1"}}, {"id": "conduct.no-share-by-category", "kind": "conduct", "title": "四个类型之间不设数量比例", "kept_by": "数量上限只有一个总数，政策里没有按类型分的数额", "citation": {"quote": "四个类型的个体工商户之间不设数量比例要求", "article": "三（二）1"}}, {"id": "conduct.benefits-of-recognised", "kind": "conduct", "title": "“名特优新”个体工商户享受成长型和发展型的各项支持政策", "kept_by": "由各部门按认定结果兑现，不论该户是哪一型", "citation": {"quote": "“名特优新”个体工商户享受“成长型”和“发展型”个体工商户的各项支持政策措施,在相关专业领域享受行业主管部门政策支持", "article": "三（二）3"}}, {"id": "conduct.shared-with-finance", "kind": "conduct", "title": "加强与金融机构的信息共享，鼓励把分类结果用于授信", "kept_by": "金融机构可以查公开的结果；销售额、雇员、税款等数字不在公开的结果里", "citation": {"quote": "各区县(市)市场监管局会同金融管理部门,加强与金融机构的信息共享,鼓励金融机构将分类结果应用于授信评价、金融产品匹配、预授信等工作", "article": "三（二）3"}}, {"id": "conduct.promising-not-recognised", "kind": "conduct", "title": "符合分类基础标准而未获认定、前景较好的，各地探索帮扶措施", "kept_by": "由各区县（市）选定并安排帮扶，平台不作判定", "citation": {"quote": "对符合个体工商户分类基础标准,未被认定为“名特优新”个体工商户,但经营情况和发展前景较好的个体工商户,鼓励各地依托产业集群、特色街区等载体,进一步积极探索帮扶措施,扩大政策惠及面", "article": "三（二）3"}}, {"id": "conduct.data-shared", "kind": "conduct", "title": "市场监管会同税务、人社等部门加强数据共享", "kept_by": "各部门按统一的数据格式交付，逐份核对行数和摘要，不完整的不收", "citation": {"quote": "市市场监管局要在省市场监管局的分型判定结果上,会同税务、人力资源和社会保障等部门按照实施方案要求,加强数据共享,支撑个体工商户分类判定", "article": "四（二）"}}, {"id": "conduct.tax-bands", "kind": "conduct", "title": "税务部门提供缴纳不同幅度税款的个体工商户名单", "kept_by": "税务数据可以只送税款的幅度（上下限），整个幅度在界限同一边就能判断", "citation": {"quote": "税务部门要结合个体工商户分型分类标准,提供缴纳不同幅度税款情况的个体工商户纳税人名单", "article": "四（二）"}}, {"id": "conduct.voluntary", "kind": "conduct", "title": "严格遵循自愿原则", "kept_by": "两条认定途径的第一步都是经营者自己的申报或同意", "citation": {"quote": "要严格遵循自愿原则", "article": "四（三）"}}, {"id": "conduct.no-charges", "kind": "conduct", "title": "不得在分类认定、评估确认和政策兑现中收费、摊派或索要财物", "kept_by": "平台没有收费的功能；其余由廉政监督", "citation": {"quote": "要严格遵守廉政纪律,不得在分类认定、评估确认和扶持政策兑现过程中,向个体工商户收费、摊派或索要财物", "article": "四（三）"}}, {"id": "conduct.nothing-asked-twice", "kind": "conduct", "title": "部门之间能共享的材料和数据，不得要求个体工商户另行提供", "kept_by": "分型只用各部门送来的数据；分类标准里写了 proven_by 的不要材料，由审核人向那个部门核实并写明", "citation": {"quote": "能够通过政府部门之间信息共享获得的材料和数据,不得要求个体工商户另行提供,减轻个体工商户申报负担", "article": "四（三）"}}], "typing": {"order": ["development", "growth", "survival"], "types": {"growth": {"any": [{"id": "growth.1", "title": "上年度实际缴纳税款{growth_tax_upto}（含）以下", "citation": {"quote": "上年度实际缴纳税款1万元(含)以下", "article": "三（一）1 成长型 A"}, "interpretation": "growth-1-zero"}, {"id": "growth.2", "title": "上年度以单位形式为{growth_staff_from}至{growth_staff_upto}名员工（含经营者本人）缴纳过社保", "citation": {"quote": "上年度(以单位形式)为3-5名员工(含经营者本人)缴纳过社保", "article": "三（一）1 成长型 B"}, "expression": "insured_staff between :growth_staff_from and :growth_staff_upto"}, {"id": "growth.3", "title": "上年度销售额或营业收入在{growth_revenue_from}（含）以上、{growth_revenue_below}以下", "citation": {"quote": "上年度销售额或营业收入在30万元(含)以上、60万元以下", "article": "三（一）1 成长型 C"}, "expression": "revenue >= :growth_revenue_from and revenue < :growth_revenue_below"}, {"id": "growth.4", "title": "注册时间在{growth_registered_from}（含）以上、{growth_registered_below}以下", "citation": {"quote": "注册时间在6年(含)以上、10年以下", "article": "三（一）1 成长型 D"}, "expression": "established_on at least :growth_registered_from years ago and not established_on at least :growth_registered_below years ago"}], "citation": {"quote": "成长型:成立2年(含)以上,处于稳定持续经营阶段的个体工商户。满足以下任一条件", "article": "三（一）1 成长型"}, "requires": [{"id": "growth.requires.1", "title": "成立{growth_years}（含）以上", "citation": {"quote": "成长型:成立2年(含)以上", "article": "三（一）1 成长型"}, "expression": "established_on at least :growth_years years ago"}]}, "survival": {"any": [{"id": "survival.1", "title": "注册时间小于{survival_years_below}", "citation": {"quote": "注册时间小于2年的个体工商户", "article": "三（一）1 生存型"}, "expression": "not established_on at least :survival_years_below years ago"}], "citation": {"quote": "生存型:处于初创阶段,经营规模小、稳定性和抗风险能力差,注册时间小于2年的个体工商户", "article": "三（一）1 生存型"}}, "development": {"any": [{"id": "development.1", "title": "上年度实际缴纳税款{development_tax_above}以上", "citation": {"quote": "上年度实际缴纳税款1万元以上", "article": "三（一）1 发展型 A"}, "expression": "tax_paid > :development_tax_above"}, {"id": "development.2", "title": "上年度以单位形式为{development_staff}名以上员工（含经营者本人）缴纳过社保", "citation": {"quote": "上年度(以单位形式)为5名以上员工(含经营者本人)缴纳过社保", "article": "三（一）1 发展型 B"}, "interpretation": "development-2-five"}, {"id": "development.3", "title": "上年度销售额或营业收入在{development_revenue_from}（含）以上", "citation": {"quote": "上年度销售额或营业收入在60万元(含)以上", "article": "三（一）1 发展型 C"}, "expression": "revenue >= :development_revenue_from"}, {"id": "development.4", "title": "注册时间{development_registered_from}（含）以上", "citation": {"quote": "注册时间10年(含)以上", "article": "三（一）1 发展型 D"}, "expression": "established_on at least :development_registered_from years ago"}], "citation": {"quote": "发展型:成立2年(含)以上,处于发展壮大阶段,经营规模较大,拥有良好商誉的个体工商户。满足以下任一条件", "article": "三（一）1 发展型"}, "requires": [{"id": "development.requires.1", "title": "成立{development_years}（含）以上", "citation": {"quote": "发展型:成立2年(含)以上", "article": "三（一）1 发展型"}, "expression": "established_on at least :development_years years ago"}]}}, "eligibility": [{"id": "base.not-registered", "title": "不是登记在册状态（吊销、注销或撤销）", "citation": {"quote": "符合分型条件的个体工商户应当为登记在册状态(即不含吊销、注销、撤销状态)", "article": "三（一）1 基础标准"}, "expression": "status <> ''registered''"}, {"id": "base.not-reported", "title": "上一年度没有报送年度报告，也不是当年新成立", "restore": "报送上一年度年度报告", "citation": {"quote": "上一年度已报送年度报告(当年新成立的个体工商户,自动判定符合分型条件)", "article": "三（一）1 基础标准"}, "expression": "not reported and established_on < :year_start"}, {"id": "base.abnormal", "title": "被市场监管部门标记为经营异常状态，尚未恢复", "restore": "恢复正常经营状态", "citation": {"quote": "被市场监管部门标记为经营异常状态,尚未恢复正常经营状态的", "article": "三（一）1 基础标准 A"}, "expression": "abnormal"}, {"id": "base.dishonest", "title": "被列入市场监督管理严重违法失信名单，未实施信用修复", "restore": "实施信用修复", "citation": {"quote": "被列入市场监督管理严重违法失信名单,未实施信用修复的", "article": "三（一）1 基础标准 B"}, "expression": "seriously_dishonest"}, {"id": "base.tax-non-normal", "title": "被税务部门列为“非正常户”，尚未解除", "restore": "由税务部门解除“非正常户”", "citation": {"quote": "被税务部门列为“非正常户”尚未解除的", "article": "三（一）1 基础标准 C"}, "expression": "tax_non_normal"}, {"id": "base.suspended", "title": "已办理歇业备案，尚在法定最长歇业期内，也不是季节性经营", "restore": "歇业期满或恢复营业", "citation": {"quote": "依据《市场主体登记管理条例》已办理歇业备案,尚在法定最长歇业期内的(季节性经营的个体工商户除外)", "article": "三（一）1 基础标准 D"}, "expression": "suspended and not seasonal"}]}, "regions": ["4101"], "document": {"text": "zhengzhou-2025.txt", "title": "郑州市开展个体工商户分型分类精准帮扶提升发展质量工作方案(试行)", "issuer": "郑州市市场监督管理局等", "number": "郑市监〔2025〕6号", "issued_on": "2025-02-18"}, "in_force": {"from": "2025-02-18", "until": null}, "decided_by": "河南省市场监督管理局", "objections": {"against": {"typing": {"citation": {"quote": "异议处理:对分型结果存在异议的,个体工商户经营者可以通过本省“个体工商户名录”的异议申诉模块提出", "article": "三（一）2 异议处理"}, "decided_by": ["province"], "accept_days": "accept_days", "decide_days": "decide_days", "extend_days": "extend_days", "received_by": ["county", "city"]}, "revocation": {"citation": {"quote": "妥善处理个体工商户对分型分类结果的异议和申诉", "article": "四（四）"}, "decided_by": ["county", "city"], "accept_days": "accept_days", "decide_days": "decide_days", "extend_days": "extend_days", "received_by": ["county", "city"]}, "cancellation": {"citation": {"quote": "妥善处理个体工商户对分型分类结果的异议和申诉", "article": "四（四）"}, "decided_by": ["county", "city"], "accept_days": "accept_days", "decide_days": "decide_days", "extend_days": "extend_days", "received_by": ["county", "city"]}, "public-notice": {"citation": {"quote": "全市各级市场监管部门在组织开展“名特优新”个体工商户的申报、认定等工作中,要严格遵循自愿原则,依法依规履行相关程序,做好信息公示和异议处理工作", "article": "四（三）"}, "decided_by": ["county", "city"], "accept_days": "accept_days", "decide_days": "decide_days", "extend_days": "extend_days", "received_by": ["county", "city"]}}, "parameters": {"accept_days": {"unit": "working-days", "title": "受理期限", "values": {"2025-02-18": {"value": "3", "document": "平台默认值（市监注发〔2022〕76号没有原文）"}}, "citation": {"quote": "省市场监管局参照《市场监管总局办公厅关于进一步做好小微企业划型判定工作的通知》(市监注发〔2022〕76号)中关于处理企业申诉异议的要求及时处理", "article": "三（一）2 异议处理"}, "verified": "false"}, "decide_days": {"unit": "working-days", "title": "作出决定的期限", "values": {"2025-02-18": {"value": "15", "document": "平台默认值（市监注发〔2022〕76号没有原文）"}}, "citation": {"quote": "省市场监管局参照《市场监管总局办公厅关于进一步做好小微企业划型判定工作的通知》(市监注发〔2022〕76号)中关于处理企业申诉异议的要求及时处理", "article": "三（一）2 异议处理"}, "verified": "false"}, "extend_days": {"unit": "working-days", "title": "可以延长一次的期限", "values": {"2025-02-18": {"value": "15", "document": "平台默认值（市监注发〔2022〕76号没有原文）"}}, "citation": {"quote": "省市场监管局参照《市场监管总局办公厅关于进一步做好小微企业划型判定工作的通知》(市监注发〔2022〕76号)中关于处理企业申诉异议的要求及时处理", "article": "三（一）2 异议处理"}, "verified": "false"}}}, "parameters": {"growth_years": {"unit": "years", "title": "成长型成立年限下限（含）", "values": {"2025-02-18": "2"}, "citation": {"quote": "成长型:成立2年(含)以上", "article": "三（一）1 成长型"}, "required": "true"}, "growth_tax_upto": {"unit": "yuan", "title": "成长型上年度实际缴纳税款上限（含）", "values": {"2025-02-18": "10000"}, "citation": {"quote": "上年度实际缴纳税款1万元(含)以下", "article": "三（一）1 成长型 A"}, "required": "true"}, "development_staff": {"unit": "count", "title": "发展型参保员工界限", "values": {"2025-02-18": "5"}, "citation": {"quote": "为5名以上员工(含经营者本人)缴纳过社保", "article": "三（一）1 发展型 B"}, "required": "true"}, "development_years": {"unit": "years", "title": "发展型成立年限下限（含）", "values": {"2025-02-18": "2"}, "citation": {"quote": "发展型:成立2年(含)以上", "article": "三（一）1 发展型"}, "required": "true"}, "growth_staff_from": {"unit": "count", "title": "成长型参保员工下限（含）", "values": {"2025-02-18": "3"}, "citation": {"quote": "为3-5名员工(含经营者本人)缴纳过社保", "article": "三（一）1 成长型 B"}, "required": "true"}, "growth_staff_upto": {"unit": "count", "title": "成长型参保员工上限（含）", "values": {"2025-02-18": "5"}, "citation": {"quote": "为3-5名员工(含经营者本人)缴纳过社保", "article": "三（一）1 成长型 B"}, "required": "true"}, "growth_revenue_from": {"unit": "yuan", "title": "成长型上年度销售额或营业收入下限（含）", "values": {"2025-02-18": "300000"}, "citation": {"quote": "上年度销售额或营业收入在30万元(含)以上、60万元以下", "article": "三（一）1 成长型 C"}, "required": "true"}, "growth_revenue_below": {"unit": "yuan", "title": "成长型上年度销售额或营业收入上限（不含）", "values": {"2025-02-18": "600000"}, "citation": {"quote": "上年度销售额或营业收入在30万元(含)以上、60万元以下", "article": "三（一）1 成长型 C"}, "required": "true"}, "survival_years_below": {"unit": "years", "title": "生存型注册时间上限（不含）", "values": {"2025-02-18": "2"}, "citation": {"quote": "注册时间小于2年的个体工商户", "article": "三（一）1 生存型"}, "required": "true"}, "development_tax_above": {"unit": "yuan", "title": "发展型上年度实际缴纳税款下限（不含）", "values": {"2025-02-18": "10000"}, "citation": {"quote": "上年度实际缴纳税款1万元以上", "article": "三（一）1 发展型 A"}, "required": "true"}, "growth_registered_from": {"unit": "years", "title": "成长型注册时间下限（含）", "values": {"2025-02-18": "6"}, "citation": {"quote": "注册时间在6年(含)以上、10年以下", "article": "三（一）1 成长型 D"}, "required": "true"}, "growth_registered_below": {"unit": "years", "title": "成长型注册时间上限（不含）", "values": {"2025-02-18": "10"}, "citation": {"quote": "注册时间在6年(含)以上、10年以下", "article": "三（一）1 成长型 D"}, "required": "true"}, "development_revenue_from": {"unit": "yuan", "title": "发展型上年度销售额或营业收入下限（含）", "values": {"2025-02-18": "600000"}, "citation": {"quote": "上年度销售额或营业收入在60万元(含)以上", "article": "三（一）1 发展型 C"}, "required": "true"}, "development_registered_from": {"unit": "years", "title": "发展型注册时间下限（含）", "values": {"2025-02-18": "10"}, "citation": {"quote": "注册时间10年(含)以上", "article": "三（一）1 发展型 D"}, "required": "true"}}, "recognition": {"life": {"validity": {"years": "validity_years", "citation": {"quote": "有效期和评估确认:“名特优新”个体工商户认定有效期为3年,以认定时间为准", "article": "三（二）2 有效期和评估确认"}}, "extension": {"any": [{"id": "extension.1", "title": "销售额或营业收入、缴税、吸纳就业等指标3年内明显增长", "citation": {"quote": "A.销售额或者营业收入、缴税、吸纳就业等指标3年内有明显增长的", "article": "三（二）2 有效期和评估确认 A"}, "interpretation": "marked-growth"}, {"id": "extension.2", "title": "{commended_within_years}内获得过县级以上人民政府表彰奖励", "citation": {"quote": "B.3年内获得过县级以上人民政府表彰奖励的", "article": "三（二）2 有效期和评估确认 B"}, "expression": "not commended_on at least :commended_within_years years ago"}, {"id": "extension.3", "title": "由认定时的成长型提升为发展型，或由生存型提升为成长型", "citation": {"quote": "C.由认定时的“成长型”个体工商户提升为“发展型”个体工商户,或者由“生存型”个体工商户提升为“成长型”个体工商户的", "article": "三（二）2 有效期和评估确认 C"}, "interpretation": "two-steps-up"}, {"id": "extension.4", "title": "推荐认定的，推荐部门同意", "citation": {"quote": "D.推荐认定的个体工商户,经推荐部门同意的", "article": "三（二）2 有效期和评估确认 D"}, "expression": "recommended_then and recommender_agrees"}], "years": "extension_years", "citation": {"quote": "在分类有效期的最后一年,由认定部门对“名特优新”个体工商户整体发展情况进行评估。符合以下情形之一的,有效期延长3年", "article": "三（二）2 有效期和评估确认"}}, "revocation": {"citation": {"quote": "市场监管部门发现已认定的“名特优新”个体工商户,在自主申报过程中以欺诈、贿赂等手段隐瞒真实情况、弄虚作假取得认定的,应当撤销认定", "article": "三（二）2 有效期和评估确认"}, "ban_years": "ban_years"}, "cancellation": {"citation": {"quote": "对已不符合标准的,取消认定", "article": "三（二）2 有效期和评估确认"}}, "confirmation": [{"id": "confirmation.1", "title": "仍符合分型基础标准", "citation": {"quote": "认定部门应当审核信息报告,并对“名特优新”个体工商户是否继续符合分型和分类基础标准进行确认", "article": "三（二）2 有效期和评估确认"}, "interpretation": "survival-confirmed"}, {"id": "confirmation.2", "title": "没有{penalty_years}内公示的罚款及以上行政处罚，或已完成信用修复（分类基础标准 A）", "citation": {"quote": "认定部门应当审核信息报告,并对“名特优新”个体工商户是否继续符合分型和分类基础标准进行确认", "article": "三（二）2 有效期和评估确认"}, "interpretation": "penalty-date"}, {"id": "confirmation.3", "title": "经营者不是失信被执行人（分类基础标准 B）", "citation": {"quote": "认定部门应当审核信息报告,并对“名特优新”个体工商户是否继续符合分型和分类基础标准进行确认", "article": "三（二）2 有效期和评估确认"}, "expression": "not operator_dishonest_debtor"}], "operator_change": {"citation": {"quote": "个体工商户变更经营者的,要在变更后及时报告", "article": "三（二）2 有效期和评估确认"}}, "information_report": {"until": "information_report_until", "remind": "information_report_reminder", "citation": {"quote": "有效期内,“名特优新”个体工商户应当通过培育平台,于每年7月底前完成信息报告", "article": "三（二）2 有效期和评估确认"}}}, "paths": {"application": {"steps": [{"by": ["operator"], "from": "season_from", "step": "application", "citation": {"quote": "个体工商户根据属地原则,登录培育平台完成自主申报", "article": "三（二）2"}}, {"by": ["county", "city"], "step": "review", "citation": {"quote": "自主申报认定的,个体工商户申报后,县级或市级市场监管部门通过培育平台进行审核", "article": "三（二）2 推荐和认定方式"}}, {"by": ["county", "city"], "step": "selection", "citation": {"quote": "个体工商户分类培育坚持政府引导、自愿参与、择优认定、公正公开的原则", "article": "三（二）1"}}, {"by": ["county", "city"], "step": "site-visit", "citation": {"quote": "并对拟认定的个体工商户进行走访核实后", "article": "三（二）2 推荐和认定方式"}}, {"by": ["county", "city"], "step": "consultation", "citation": {"quote": "市场监管部门经走访核实、征求意见、信息公示等步骤后,认定“名特优新”个体工商户", "article": "三（二）2"}}, {"by": ["county", "city"], "days": "public_notice_days", "step": "public-notice", "citation": {"quote": "市场监管部门经走访核实、征求意见、信息公示等步骤后,认定“名特优新”个体工商户", "article": "三（二）2"}}, {"by": ["county", "city"], "step": "decision", "until": "recognised_until", "citation": {"quote": "对符合条件的予以认定并标注具体分类", "article": "三（二）2 推荐和认定方式"}}, {"by": ["county", "city"], "step": "report", "citation": {"quote": "对符合条件的予以认定并标注具体分类,报上级市场监管部门", "article": "三（二）2 推荐和认定方式"}}], "citation": {"quote": "推荐和认定方式:“名特优新”个体工商户推荐和认定工作以县级或市级为单位进行", "article": "三（二）2 推荐和认定方式"}}, "recommendation": {"steps": [{"by": ["operator"], "from": "season_from", "step": "consent", "citation": {"quote": "拟推荐为“名特优新”个体工商户的,需要事先征得经营者本人同意", "article": "三（二）2 推荐和认定方式"}}, {"by": ["department"], "step": "recommendation", "citation": {"quote": "由相关部门推荐的,省、市、县级市场监管部门组织同级相关部门进行推荐", "article": "三（二）2 推荐和认定方式"}}, {"by": ["county", "city", "province"], "step": "review", "citation": {"quote": "组织同级相关部门进行推荐,并通过培育平台进行审核后予以认定", "article": "三（二）2 推荐和认定方式"}}, {"by": ["county", "city", "province"], "step": "decision", "until": "recognised_until", "citation": {"quote": "组织同级相关部门进行推荐,并通过培育平台进行审核后予以认定", "article": "三（二）2 推荐和认定方式"}}], "citation": {"quote": "对有代表性、亟需进行保护、具有导向作用的个体工商户,如老字号、非物质文化遗产传承人、乡村工匠、退役军人创业者、行业领域内优秀代表人物等,经相关部门组织推荐,由同级市场监管部门认定为“名特优新”个体工商户", "article": "三（二）2"}}}, "quota": {"scope": "city", "share": "quota_percent", "types": ["growth", "development"], "citation": {"quote": "市级市场监管部门根据实际情况,统筹确定各区县(市)“名特优新”个体工商户的数量比例", "article": "三（二）1"}, "counting": "quota-counting", "rounding": "quota-rounding", "apportioned_by": "city"}, "season": {"opens": "season_from", "until": "recognised_until", "citation": {"quote": "时间安排:个体工商户分类每年定期组织开展一次,在个体工商户集中分型判定结束后进行", "article": "三（二）2 时间安排"}, "benefits_from": "benefits_from"}, "sources": [{"id": "source.1", "title": "成长型或发展型", "citation": {"quote": "个体工商户分类基于分型结果,原则上从“成长型”和“发展型”个体工商户中认定", "article": "三（二）1"}, "expression": "typed_as in (''growth'', ''development'')"}, {"id": "source.2", "title": "部门推荐的，不限于成长型和发展型", "citation": {"quote": "部门推荐认定的“名特优新”个体工商户可以不受此限", "article": "三（二）1"}, "interpretation": "recommended-ineligible"}, {"id": "source.3", "title": "退役军人、高校毕业生、残疾人、返乡创业农民工等经营的，适当放宽", "citation": {"quote": "对退役军人、高校毕业生、残疾人、返乡创业农民工等经营的个体工商户,可以适当放宽分类来源", "article": "三（二）1"}, "interpretation": "relaxed-source"}], "citation": {"quote": "符合本地分类标准的个体工商户,经自主申报或部门推荐,由市场监管部门认定后,成为“名特优新”个体工商户", "article": "三（二）1"}, "criteria": {"set_by": ["county", "city"], "citation": {"quote": "个体工商户分类基础标准实行全国统一,分类标准以市级或县级为单位制定,并向社会公示", "article": "三（二）1"}}, "categories": {"quality": {"citation": {"quote": "“优”即“优质”个体工商户:长期诚信经营超过一定年限,具有较强专业能力,主攻某一特殊客户群体或产品线的个体工商户", "article": "三（二）优质"}, "criteria": [{"id": "quality.1", "title": "取得管理体系认证，或产品生产执行国际、国内、行业标准，或产品通过发达国家和地区产品认证", "citation": {"quote": "主要参考条件:一是取得相关管理体系认证,或产品生产执行国际、国内、行业标准,或是产品通过发达国家和地区产品认证(国际标准协会行业认证)的", "article": "三（二）优质 一"}, "evidence": ["管理体系认证、执行标准或产品认证的文件"]}, {"id": "quality.2", "title": "经营者曾获二级及以上职业资格证书，或市级及以上技能荣誉，或入选市级及以上技能人才培养项目", "citation": {"quote": "二是个体工商户经营者曾获二级及以上职业资格证书,或市级及以上技能荣誉,或入选市级及以上技能人才培养项目的", "article": "三（二）优质 二"}, "evidence": ["职业资格证书、技能荣誉或入选培养项目的文件"]}, {"id": "quality.3", "title": "从事行业列入非物质文化遗产名录，或经营者为县级及以上非物质文化遗产传承人", "citation": {"quote": "三是从事行业列入非物质文化遗产名录,或个体工商户经营者为县级及以上非物质文化遗产传承人的", "article": "三（二）优质 三"}, "evidence": ["非物质文化遗产名录或传承人的文件"]}, {"id": "quality.4", "title": "拥有依法认定的“老字号”，或是百年老店（不专指经营满百年）", "citation": {"quote": "四是拥有依法认定的“老字号”或百年老店的(此处百年老店是指成立时间长、诚信经营、产品服务独有特色、在周边有口皆碑的个体工商户,并不专指经营时间满百年的)", "article": "三（二）优质 四"}, "evidence": ["“老字号”认定文件，或成立时间、口碑的说明"]}, {"id": "quality.5", "title": "经营者拥有中级及以上专业技术职称，并从事关联行业", "citation": {"quote": "五是个体工商户经营者拥有中级及以上专业技术职称的,并从事关联行业的", "article": "三（二）优质 五"}, "evidence": ["专业技术职称证书"]}, {"id": "quality.6", "title": "经民宗、文化旅游部门推荐，并经依法审核通过", "citation": {"quote": "六是其他经民宗、文化旅游部门基于民族宗教、文化品牌等领域的职能和优势推荐,并经依法审核通过的“优质”类的", "article": "三（二）优质 六"}, "evidence": ["民宗或文化旅游部门的推荐意见"]}]}, "emerging": {"citation": {"quote": "“新”即“新兴”个体工商户:从事新技术、新产业、新业态、新模式经营,在当地发挥示范引领作用,有效带动产业发展和周边群众致富的个体工商户", "article": "三（二）新兴"}, "criteria": [{"id": "emerging.1", "title": "依托互联网从事经营活动，如网络创作、自媒体、直播带货、远程服务", "citation": {"quote": "主要参考条件:一是依托互联网从事经营活动,如网络创作、自媒体、直播带货、远程服务等业态的", "article": "三（二）新兴 一"}, "evidence": ["网络经营的页面或账号"]}, {"id": "emerging.2", "title": "从事十大战略性新兴产业", "citation": {"quote": "二是从事信息技术、物联网、人工智能、高端装备制造、新材料、生物、新能源汽车、新能源、节能环保、数字创意等十大战略性新兴产业的", "article": "三（二）新兴 二"}, "evidence": ["所从事产业的说明"]}, {"id": "emerging.3", "title": "户或其经营者拥有与新兴行业相关的自主知识产权，或用于高技术研发的专业设备", "citation": {"quote": "三是个体工商户或其经营者拥有与新兴行业相关的自主知识产权,或拥有用于高技术研发的专业设备的", "article": "三（二）新兴 三"}, "evidence": ["专业设备的证明"], "proven_by": "intellectual_property"}, {"id": "emerging.4", "title": "经工信、科技、市场监管等部门推荐，并经依法审核通过", "citation": {"quote": "四是其他由工信、科技、市场监管等部门依托在制造业、科技创新、食品药品等领域的职能优势推荐,并经依法审核通过的“新兴”类的", "article": "三（二）新兴 四"}, "evidence": ["推荐部门的意见"]}]}, "renowned": {"citation": {"quote": "“名”即“知名”个体工商户:指产品和服务质量好、诚信经营,有一定品牌影响力,拥有自主品牌、商标或专利权,具有辨识度、显著性、标志性的经营字号", "article": "三（二）知名"}, "criteria": [{"id": "renowned.1", "title": "在县级及以上行政区域或相关网络平台有较高市场占有率或知名度", "citation": {"quote": "主要参考条件:一是在县级及以上行政区域或相关网络平台有较高市场占有率或知名度的", "article": "三（二）知名 一"}, "evidence": ["市场占有率或知名度的证明"]}, {"id": "renowned.2", "title": "户或其经营者拥有有辨识度、显著性、标志性的经营字号，如自主品牌、商标、专利权", "citation": {"quote": "二是个体工商户或其经营者拥有辨识度、显著性、标志性的经营字号,如拥有自主品牌、商标、专利权的", "article": "三（二）知名 二"}, "evidence": ["字号或品牌的证明"], "proven_by": "intellectual_property"}, {"id": "renowned.3", "title": "在“小个专”党建方面获得过县级以上（含）荣誉，或获评“党员示范店”", "citation": {"quote": "三是在“小个专”党建方面获得过县级以上(含)荣誉或者获评“党员示范店”的", "article": "三（二）知名 三"}, "evidence": ["荣誉证书或“党员示范店”的文件"]}, {"id": "renowned.4", "title": "经属地镇街、社区，或行业协会、平台推荐，并经依法审核通过", "citation": {"quote": "四是其他经属地镇街、社区,或行业协会、平台推荐,并经依法审核通过的“知名”类的", "article": "三（二）知名 四"}, "evidence": ["镇街、社区、行业协会或平台的推荐意见"]}]}, "distinctive": {"citation": {"quote": "“特”即“特色”个体工商户:指从事属于或与区域特色行业、块状产业范围有关的生产经营活动,具有特殊价值、存在特别贡献的个体工商户", "article": "三（二）特色"}, "criteria": [{"id": "distinctive.1", "title": "从事本区县（市）特色产业、农业品牌、土特产销售、手工艺制作等，经营理念或方式独特，有代表性", "citation": {"quote": "主要参考条件:一是从事本区县(市)范围内特色产业、农业品牌、土特产销售、手工艺制作等地方特色产品和特色服务,经营理念或经营方式独特,具有代表性", "article": "三（二）特色 一"}, "evidence": ["经营项目和特色的说明"]}, {"id": "distinctive.2", "title": "户或其经营者是县级以上地理标志授权使用人，经营项目与该地理标志相关", "citation": {"quote": "二是个体工商户或其经营者是县级以上地理标志授权使用人,且从事的经营项目与授权的地理标志相关的", "article": "三（二）特色 二"}, "evidence": ["地理标志授权使用的文件"]}, {"id": "distinctive.3", "title": "属于本地传统手工艺、祖传手艺等，有一定知名度", "citation": {"quote": "三是属于本地传统手工艺、祖传手艺等有一定知名度的", "article": "三（二）特色 三"}, "evidence": ["手艺传承和知名度的证明"]}, {"id": "distinctive.4", "title": "持有或获准使用绿色食品、有机食品等证书，或经行业主管部门、协会推荐并经依法审核通过", "citation": {"quote": "四是持有或获准使用绿色食品、有机食品等证书的,或其他经行业、产业主管部门或当地特色行业、产业协会推荐,并经依法审核通过的“特色”类的", "article": "三（二）特色 四"}, "evidence": ["绿色食品、有机食品等证书，或主管部门、协会的推荐意见"]}]}}, "parameters": {"ban_years": {"unit": "years", "title": "被撤销认定后多少年内不得再次申报", "values": {"2025-02-18": "5"}, "citation": {"quote": "个体工商户自被撤销认定之日起5年内不得再次申报", "article": "三（二）2 有效期和评估确认"}}, "season_from": {"unit": "month-day", "title": "每年认定工作开始的日子（8月中旬起，按8月11日）", "values": {"2025-02-18": "08-11"}, "citation": {"quote": "当年8月中旬起,省市场监管局在完成个体工商户分型判定基础上,组织开展“名特优新”个体工商户的认定工作", "article": "三（二）2 时间安排"}}, "benefits_from": {"unit": "month-day", "title": "次年开始享受扶持政策的日子", "values": {"2025-02-18": "01-01"}, "citation": {"quote": "次年1月1日起,认定的“名特优新”个体工商户开始享受相关扶持政策", "article": "三（二）2 时间安排"}}, "penalty_years": {"unit": "years", "title": "申报或推荐之日前多少年内的处罚要查", "values": {"2025-02-18": "2"}, "citation": {"quote": "A.申报或推荐之日前2年内,有在国家企业信用信息公示系统公示的罚款及以上行政处罚信息", "article": "三（二）1 A"}}, "quota_percent": {"unit": "percent", "title": "“名特优新”数量上限，占成长型和发展型总数的百分之几", "values": {"2025-02-18": "5"}, "citation": {"quote": "数量应当控制在“成长型”和“发展型”个体工商户总数的5%以内(以每年个体工商户集中分型判定数量为基准)", "article": "三（二）1"}}, "validity_years": {"unit": "years", "title": "认定有效期", "values": {"2025-02-18": "3"}, "citation": {"quote": "“名特优新”个体工商户认定有效期为3年", "article": "三（二）2 有效期和评估确认"}}, "extension_years": {"unit": "years", "title": "延长的有效期", "values": {"2025-02-18": "3"}, "citation": {"quote": "符合以下情形之一的,有效期延长3年", "article": "三（二）2 有效期和评估确认"}}, "recognised_until": {"unit": "month-day", "title": "每年完成认定的最后一天", "values": {"2025-02-18": "11-30"}, "citation": {"quote": "完成申报、推荐、认定、公示等各项程序,并于11月底前完成分类", "article": "三（二）2 时间安排"}}, "public_notice_days": {"unit": "working-days", "title": "公示多少个工作日（文件没有写）", "values": "unset", "citation": {"quote": "市场监管部门经走访核实、征求意见、信息公示等步骤后,认定“名特优新”个体工商户", "article": "三（二）2"}}, "spot_check_percent": {"unit": "percent", "title": "省级抽查比例", "values": {"2025-02-18": "3"}, "citation": {"quote": "省市场监管局将根据各地个体工商户申报情况,按照3%的比例进行抽查", "article": "三（二）2 推荐和认定方式"}}, "marked_growth_percent": {"unit": "percent", "title": "3年内增长百分之几算“明显增长”（文件没有写）", "values": "unset", "citation": {"quote": "A.销售额或者营业收入、缴税、吸纳就业等指标3年内有明显增长的", "article": "三（二）2 有效期和评估确认 A"}}, "commended_within_years": {"unit": "years", "title": "评估前多少年内的表彰奖励有效", "values": {"2025-02-18": "3"}, "citation": {"quote": "B.3年内获得过县级以上人民政府表彰奖励的", "article": "三（二）2 有效期和评估确认 B"}}, "information_report_until": {"unit": "month-day", "title": "每年信息报告的最后一天", "values": {"2025-02-18": "07-31"}, "citation": {"quote": "于每年7月底前完成信息报告", "article": "三（二）2 有效期和评估确认"}}, "information_report_reminder": {"unit": "days", "title": "信息报告截止前几天提醒尚未报送的（文件没有写，由平台提醒）", "values": {"2025-02-18": "30"}, "citation": {"quote": "于每年7月底前完成信息报告", "article": "三（二）2 有效期和评估确认"}, "verified": "false"}}, "supervision": {"by": "province", "share": "spot_check_percent", "citation": {"quote": "上级市场监管部门可以通过抽查方式进行监督,对不符合认定条件的个体工商户,可以要求限期补充材料或不予认定", "article": "三（二）2 推荐和认定方式"}}, "one_category": {"citation": {"quote": "同一个体工商户只能认定为一个类型", "article": "三（二）1"}}, "disqualifiers": [{"id": "disqualifier.1", "title": "申报或推荐之日前{penalty_years}内有公示的罚款及以上行政处罚信息，尚未完成信用修复", "restore": "完成信用修复", "citation": {"quote": "个体工商户有以下情形之一的,不得申报或推荐为“名特优新”个体工商户:A.申报或推荐之日前2年内,有在国家企业信用信息公示系统公示的罚款及以上行政处罚信息,尚未完成信用修复的", "article": "三（二）1 A"}, "interpretation": "penalty-date"}, {"id": "disqualifier.2", "title": "经营者被人民法院列为失信被执行人", "citation": {"quote": "B.个体工商户经营者被人民法院列为失信被执行人的", "article": "三（二）1 B"}, "expression": "operator_dishonest_debtor"}, {"id": "disqualifier.3", "title": "被撤销认定未满{ban_years}，自主申报的", "citation": {"quote": "个体工商户自被撤销认定之日起5年内不得再次申报", "article": "三（二）2 有效期和评估确认"}, "interpretation": "ban-recommended"}, {"id": "disqualifier.4", "title": "存在违法违规、严重失信记录等情况", "citation": {"quote": "注意事项:存在违法违规、严重失信记录等情况的个体工商户不进行分类", "article": "三（二）注意事项"}, "expression": "breach_recorded"}], "recognised_by": ["county", "city", "province"], "one_per_person": {"citation": {"quote": "同一自然人在同一县级行政区域内设立多个个体工商户的,最多只能有一个个体工商户获得认定", "article": "三（二）1"}}}, "interpretations": [{"id": "growth-1-zero", "why": "原文只写上限，没有写下限；零元在1万元以下。若不算零元，成立2年以上而没有缴税、参保和收入都少、未满6年的户 哪一型也不属于，与“划分为三种类型”不符。", "level": "province", "decides": "河南省市场监督管理局", "in_force": "counts-zero", "question": "“1万元(含)以下”是否包括没有缴税的（零元），以及税务部门数据里没有记录的？", "readings": {"counts-zero": {"title": "零元也算；税务数据里没有记录的，按零元计", "clauses": {"growth.1": "tax_paid <= :growth_tax_upto"}}, "positive-only": {"title": "须实际缴纳过税款，零元不算", "clauses": {"growth.1": "tax_paid > 0 and tax_paid <= :growth_tax_upto"}}, "recorded-only": {"title": "零元也算，但税务数据里须有上年度的记录", "clauses": {"growth.1": "tax_recorded and tax_paid <= :growth_tax_upto"}}}}, {"id": "development-2-five", "why": "原文在其他各处要包括本数时都注明“(含)”，此处没有注明；成长型“3-5名”已包括5名，包括5名则两型重叠。", "level": "province", "decides": "河南省市场监督管理局", "in_force": "more-than-five", "question": "“5名以上”是否包括5名？成长型 B 项“3-5名”已包括5名。", "readings": {"includes-five": {"title": "包括{development_staff}名", "clauses": {"development.2": "insured_staff >= :development_staff"}}, "more-than-five": {"title": "超过{development_staff}名，不包括{development_staff}名", "clauses": {"development.2": "insured_staff > :development_staff"}}}}, {"id": "recommended-ineligible", "why": "“此限”指前半句“从‘成长型’和‘发展型’个体工商户中认定”；同一段说“个体工商户分类基于分型结果”，不符合分型条件的没有分型结果。", "level": "city", "decides": "郑州市市场监督管理局", "in_force": "eligible-only", "question": "部门推荐的“可以不受此限”，是否连“不符合分型条件”的也可以推荐？", "readings": {"anyone": {"title": "分型结果一概不限", "clauses": {"source.2": "recommended"}}, "eligible-only": {"title": "只是不限于成长型、发展型，仍须符合分型基础标准", "clauses": {"source.2": "recommended and typed_as <> ''ineligible''"}}}}, {"id": "relaxed-source", "why": "原文只说“适当”，没有写到哪里；三型之中，成长型、发展型以外只有生存型。", "level": "city", "decides": "郑州市市场监督管理局", "in_force": "survival-too", "question": "退役军人、高校毕业生、残疾人、返乡创业农民工经营的，“适当放宽分类来源”放宽到哪里？", "readings": {"any-eligible": {"title": "符合分型基础标准的都可以，判不出型的也可以", "clauses": {"source.3": "(veteran or graduate or disabled or returning_migrant) and typed_as <> ''ineligible''"}}, "survival-too": {"title": "放宽到生存型", "clauses": {"source.3": "(veteran or graduate or disabled or returning_migrant) and typed_as in (''survival'', ''growth'', ''development'')"}}}}, {"id": "penalty-date", "why": "原文没有写起算日；公示晚于决定，从决定之日起算是限制较短的读法，公示迟延的后果不由个体工商户承担。原文说的是“公示的……信息”，没有说“公示过”； 公示期满停止公示的，已没有信用修复可做，仍算就无从补救。", "level": "city", "decides": "郑州市市场监督管理局", "in_force": "decided", "question": "“2年内，有……公示的……行政处罚信息”的2年，从处罚决定之日起算，还是从公示之日起算？公示期已满、不再公示的，还算不算？", "readings": {"decided": {"title": "从处罚决定之日起算；不再公示的不算", "clauses": {"confirmation.2": "not penalised or penalty_decided_on at least :penalty_years years ago", "disqualifier.1": "not penalty_decided_on at least :penalty_years years ago"}}, "published": {"title": "从公示之日起算；不再公示的不算", "clauses": {"confirmation.2": "not penalised or penalty_published_on at least :penalty_years years ago", "disqualifier.1": "not penalty_published_on at least :penalty_years years ago"}}, "decided-once-shown": {"title": "从处罚决定之日起算；公示过的都算", "clauses": {"confirmation.2": "(not penalised or penalty_decided_on at least :penalty_years years ago) and (not once_penalised or once_penalty_decided_on at least :penalty_years years ago)", "disqualifier.1": "not penalty_decided_on at least :penalty_years years ago or not once_penalty_decided_on at least :penalty_years years ago"}}, "published-once-shown": {"title": "从公示之日起算；公示过的都算", "clauses": {"confirmation.2": "(not penalised or penalty_published_on at least :penalty_years years ago) and (not once_penalised or once_penalty_published_on at least :penalty_years years ago)", "disqualifier.1": "not penalty_published_on at least :penalty_years years ago or not once_penalty_published_on at least :penalty_years years ago"}}}}, {"id": "ban-recommended", "why": "原文在别处分写“申报或推荐”，此处只写“申报”。", "level": "city", "decides": "郑州市市场监督管理局", "in_force": "applying-only", "question": "被撤销认定后5年内“不得再次申报”，部门可否推荐？", "readings": {"applying-only": {"title": "只是不得自主申报", "clauses": {"disqualifier.3": "not recommended and banned_until >= :as_of"}}, "recommending-too": {"title": "也不得推荐", "clauses": {"disqualifier.3": "banned_until >= :as_of"}}}}, {"id": "survival-confirmed", "why": "“分型基础标准”是登记、年报和四种情形，不含型别；“原则上从‘成长型’和‘发展型’中认定”说的是认定时的来源。取消认定是不利的决定，从窄。", "level": "city", "decides": "郑州市市场监督管理局", "in_force": "eligible-stays", "question": "每年确认时已降为生存型的，是否不再“符合分型和分类基础标准”？", "readings": {"eligible-stays": {"title": "只要仍符合分型基础标准", "clauses": {"confirmation.1": "typed_as <> ''ineligible''"}}, "growth-or-development": {"title": "还须是成长型或发展型，部门推荐认定的除外", "clauses": {"confirmation.1": "typed_as <> ''ineligible'' and (recommended_then or typed_as in (''growth'', ''development''))"}}}}, {"id": "marked-growth", "why": "原文用顿号并列各项指标，没有写“之一”；多少算“明显”也没有写，未定数额时本条不成立。", "level": "city", "decides": "郑州市市场监督管理局", "in_force": "every-figure", "question": "“销售额或者营业收入、缴税、吸纳就业等指标3年内有明显增长”，是各项都增长，还是有一项即可？", "readings": {"any-figure": {"title": "有一项增长{marked_growth_percent}以上", "clauses": {"extension.1": "revenue_growth >= :marked_growth_percent or tax_growth >= :marked_growth_percent or staff_growth >= :marked_growth_percent"}}, "every-figure": {"title": "各项都增长{marked_growth_percent}以上", "clauses": {"extension.1": "revenue_growth >= :marked_growth_percent and tax_growth >= :marked_growth_percent and staff_growth >= :marked_growth_percent"}}}}, {"id": "two-steps-up", "why": "原文逐一列举，没有“等”字。", "level": "city", "decides": "郑州市市场监督管理局", "in_force": "as-listed", "question": "由生存型提升为发展型的，算不算延长的情形？", "readings": {"as-listed": {"title": "只算写明的两种", "clauses": {"extension.3": "(typed_as_then = ''growth'' and typed_as = ''development'') or (typed_as_then = ''survival'' and typed_as = ''growth'')"}}, "any-step-up": {"title": "提升两级的也算", "clauses": {"extension.3": "(typed_as_then in (''survival'', ''growth'') and typed_as = ''development'') or (typed_as_then = ''survival'' and typed_as = ''growth'')"}}}}, {"id": "quota-counting", "why": "原文说的是“名特优新”个体工商户的数量，没有说新认定的数量；认定有效期3年，只算当年新认定的，三年就可以到15%。", "level": "city", "decides": "郑州市市场监督管理局", "in_force": "stock", "question": "“数量应当控制在……总数的5%以内”的数量，是全部有效的认定，还是只算当年新认定的？", "readings": {"flow": {"title": "只有当年新认定的占名额"}, "stock": {"title": "全部有效的认定都占名额"}}}, {"id": "quota-rounding", "why": "原文说“5%以内”，没有写怎样取整；只有舍去小数在任何时候都不超过5%。", "level": "city", "decides": "郑州市市场监督管理局", "in_force": "floor", "question": "总数的5%不是整数时怎样取整？", "readings": {"floor": {"title": "舍去小数"}, "ceiling": {"title": "有小数就进一"}, "half-up": {"title": "四舍五入"}}}]}');


--
-- Data for Name: pull; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: pull_page; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: run; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.run OVERRIDING SYSTEM VALUE VALUES
	('ab28f935-6eb3-49c1-8eb3-fc5a844b34ea', 1, 'published', 5, '4101', 'zhengzhou-2025', '5858148dae4f34c004c186f93d3b10df973d0e4907f77074b1de1b11df99ea25', '2026-07-01', 'abadc2a2-2289-4649-8eb0-109a139843ac', 'system', '2026-11-28 14:10:31.805+00', 1, '[]', '[]', NULL, NULL, NULL, 'a2b3b00f472501784f5ca84661b5438c60552398adcda0e487acf416d79147c6', 'd6ea228994d38bcbf0f09235e01681ac601a43374285322a37076187d17d3d37', 2997, 3, '{"tax": 773, "credit": 435, "suspension": 28, "registration": 3000, "annual_report": 2298, "social_insurance": 228, "tax_registration": 2514, "intellectual_property": 24}', '{"410102": {"0": 84, "1": 59, "2": 102, "3": 42}, "410103": {"0": 61, "1": 56, "2": 94, "3": 35}, "410104": {"0": 56, "1": 58, "2": 95, "3": 38}, "410105": {"0": 74, "1": 68, "2": 108, "3": 51}, "410106": {"0": 68, "1": 49, "2": 86, "3": 34}, "410108": {"0": 81, "1": 86, "2": 130, "3": 56}, "410122": {"0": 61, "1": 81, "2": 123, "3": 43}, "410181": {"0": 67, "1": 71, "2": 105, "3": 54}, "410182": {"0": 30, "1": 20, "2": 52, "3": 18}, "410183": {"0": 31, "1": 23, "2": 40, "3": 21}, "410184": {"0": 35, "1": 34, "2": 59, "3": 21}, "410185": {"0": 87, "1": 77, "2": 123, "3": 50}}', '[]', 'approver', '2026-11-28 14:10:33.081587+00', NULL, 1);


--
-- Data for Name: statistic; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.statistic VALUES
	('410102', 2026, 0, 84, 'ab28f935-6eb3-49c1-8eb3-fc5a844b34ea'),
	('410102', 2026, 1, 59, 'ab28f935-6eb3-49c1-8eb3-fc5a844b34ea'),
	('410102', 2026, 2, 102, 'ab28f935-6eb3-49c1-8eb3-fc5a844b34ea'),
	('410102', 2026, 3, 42, 'ab28f935-6eb3-49c1-8eb3-fc5a844b34ea'),
	('410103', 2026, 0, 61, 'ab28f935-6eb3-49c1-8eb3-fc5a844b34ea'),
	('410103', 2026, 1, 56, 'ab28f935-6eb3-49c1-8eb3-fc5a844b34ea'),
	('410103', 2026, 2, 94, 'ab28f935-6eb3-49c1-8eb3-fc5a844b34ea'),
	('410103', 2026, 3, 35, 'ab28f935-6eb3-49c1-8eb3-fc5a844b34ea'),
	('410104', 2026, 0, 56, 'ab28f935-6eb3-49c1-8eb3-fc5a844b34ea'),
	('410104', 2026, 1, 58, 'ab28f935-6eb3-49c1-8eb3-fc5a844b34ea'),
	('410104', 2026, 2, 95, 'ab28f935-6eb3-49c1-8eb3-fc5a844b34ea'),
	('410104', 2026, 3, 38, 'ab28f935-6eb3-49c1-8eb3-fc5a844b34ea'),
	('410105', 2026, 0, 74, 'ab28f935-6eb3-49c1-8eb3-fc5a844b34ea'),
	('410105', 2026, 1, 68, 'ab28f935-6eb3-49c1-8eb3-fc5a844b34ea'),
	('410105', 2026, 2, 108, 'ab28f935-6eb3-49c1-8eb3-fc5a844b34ea'),
	('410105', 2026, 3, 51, 'ab28f935-6eb3-49c1-8eb3-fc5a844b34ea'),
	('410106', 2026, 0, 68, 'ab28f935-6eb3-49c1-8eb3-fc5a844b34ea'),
	('410106', 2026, 1, 49, 'ab28f935-6eb3-49c1-8eb3-fc5a844b34ea'),
	('410106', 2026, 2, 86, 'ab28f935-6eb3-49c1-8eb3-fc5a844b34ea'),
	('410106', 2026, 3, 34, 'ab28f935-6eb3-49c1-8eb3-fc5a844b34ea'),
	('410108', 2026, 0, 81, 'ab28f935-6eb3-49c1-8eb3-fc5a844b34ea'),
	('410108', 2026, 1, 86, 'ab28f935-6eb3-49c1-8eb3-fc5a844b34ea'),
	('410108', 2026, 2, 130, 'ab28f935-6eb3-49c1-8eb3-fc5a844b34ea'),
	('410108', 2026, 3, 56, 'ab28f935-6eb3-49c1-8eb3-fc5a844b34ea'),
	('410122', 2026, 0, 61, 'ab28f935-6eb3-49c1-8eb3-fc5a844b34ea'),
	('410122', 2026, 1, 81, 'ab28f935-6eb3-49c1-8eb3-fc5a844b34ea'),
	('410122', 2026, 2, 123, 'ab28f935-6eb3-49c1-8eb3-fc5a844b34ea'),
	('410122', 2026, 3, 43, 'ab28f935-6eb3-49c1-8eb3-fc5a844b34ea'),
	('410181', 2026, 0, 67, 'ab28f935-6eb3-49c1-8eb3-fc5a844b34ea'),
	('410181', 2026, 1, 71, 'ab28f935-6eb3-49c1-8eb3-fc5a844b34ea'),
	('410181', 2026, 2, 105, 'ab28f935-6eb3-49c1-8eb3-fc5a844b34ea'),
	('410181', 2026, 3, 54, 'ab28f935-6eb3-49c1-8eb3-fc5a844b34ea'),
	('410182', 2026, 0, 30, 'ab28f935-6eb3-49c1-8eb3-fc5a844b34ea'),
	('410182', 2026, 1, 20, 'ab28f935-6eb3-49c1-8eb3-fc5a844b34ea'),
	('410182', 2026, 2, 52, 'ab28f935-6eb3-49c1-8eb3-fc5a844b34ea'),
	('410182', 2026, 3, 18, 'ab28f935-6eb3-49c1-8eb3-fc5a844b34ea'),
	('410183', 2026, 0, 31, 'ab28f935-6eb3-49c1-8eb3-fc5a844b34ea'),
	('410183', 2026, 1, 23, 'ab28f935-6eb3-49c1-8eb3-fc5a844b34ea'),
	('410183', 2026, 2, 40, 'ab28f935-6eb3-49c1-8eb3-fc5a844b34ea'),
	('410183', 2026, 3, 21, 'ab28f935-6eb3-49c1-8eb3-fc5a844b34ea'),
	('410184', 2026, 0, 35, 'ab28f935-6eb3-49c1-8eb3-fc5a844b34ea'),
	('410184', 2026, 1, 34, 'ab28f935-6eb3-49c1-8eb3-fc5a844b34ea'),
	('410184', 2026, 2, 59, 'ab28f935-6eb3-49c1-8eb3-fc5a844b34ea'),
	('410184', 2026, 3, 21, 'ab28f935-6eb3-49c1-8eb3-fc5a844b34ea'),
	('410185', 2026, 0, 87, 'ab28f935-6eb3-49c1-8eb3-fc5a844b34ea'),
	('410185', 2026, 1, 77, 'ab28f935-6eb3-49c1-8eb3-fc5a844b34ea'),
	('410185', 2026, 2, 123, 'ab28f935-6eb3-49c1-8eb3-fc5a844b34ea'),
	('410185', 2026, 3, 50, 'ab28f935-6eb3-49c1-8eb3-fc5a844b34ea');


--
-- Data for Name: trial; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: trial_change; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: run_1; Type: TABLE DATA; Schema: result_partition; Owner: -
--

INSERT INTO result_partition.run_1 VALUES
	(1, '92410102MA025YEH70', '410102', 1, 69632, 0, '中原区天兴网店(合成)', 'v1:7c571f36c94bd45998ad81e3cac0f8ff'),
	(1, '92410102MA02YWA13F', '410102', 2, 38976, 0, '中原区诚川丽糕点坊(合成)', 'v1:5eb478312f0165ddbcf1d48b7a097875'),
	(1, '92410102MA05HE9E48', '410102', 0, 6212, 0, '中原区信义夏超市(合成)', 'v1:19eb24f5ffd3dfa3ce98c602b031869c'),
	(1, '92410102MA06BC4X0L', '410102', 3, 7232, 0, '中原区庆珍华网店(合成)', 'v1:ee34d3b83e3c4298e1ce86f4b0192351'),
	(1, '92410102MA0EDUWH5G', '410102', 2, 6208, 0, '中原区健东云鲜肉店(合成)', 'v1:06939fe7517d83a4ac3d39ddade0604a'),
	(1, '92410102MA0EN6GN13', '410102', 0, 69636, 0, '中原区云鲜春网店(合成)', 'v1:6292bbdd91a4c94cc38d0b1148bebfd2'),
	(1, '92410102MA0F61LXXA', '410102', 3, 7232, 0, '中原区华丰秋百货店(合成)', 'v1:81c343b95f1ba493642b0ecd5087f84f'),
	(1, '92410102MA0HRBPE3U', '410102', 2, 38976, 0, '中原区玉珍秀金属制品加工部(合成)', 'v1:16e1d6aa51147d984783346066354f9f'),
	(1, '92410102MA0JAYYQ0C', '410102', 2, 38976, 0, '中原区晨西小吃店(合成)', 'v1:12f5e53b08bf2d997f73a22ec44b19d8'),
	(1, '92410102MA0K34P52P', '410102', 2, 38976, 0, '中原区曦德货运部(合成)', 'v1:5c590cbf57273839da27cff434ac775a'),
	(1, '92410102MA0KW2JL8G', '410102', 2, 38976, 0, '中原区地信松烟酒店(合成)', 'v1:946660f3e4b59b133a4055bf689eb414'),
	(1, '92410102MA0PGU1N3L', '410102', 0, 6214, 0, '中原区曦宝银化妆品店(合成)', 'v1:5ea5b522188c5d4f59c014c0049f241a'),
	(1, '92410102MA0U5LFQ75', '410102', 2, 6208, 0, '中原区川香洗衣店(合成)', 'v1:927db69a0ee195ebbe8bdce6729bb3ff'),
	(1, '92410102MA0UN8P35K', '410102', 2, 38976, 0, '中原区礼海瑞鲜肉店(合成)', 'v1:0e8c24c910879005c189037085cf13c3'),
	(1, '92410102MA0YH4AM5G', '410102', 0, 69633, 0, '中原区义健宝鲜肉店(合成)', NULL),
	(1, '92410102MA102PJ09J', '410102', 1, 69632, 0, '中原区华河秀超市(合成)', 'v1:d0ec2a06067b72fa3c73298212769caf'),
	(1, '92410102MA10KBRA1Q', '410102', 0, 7236, 0, '中原区康昌珍鞋店(合成)', 'v1:c9729a4e2f0a41ba03df0e4201f0c1a9'),
	(1, '92410102MA11BGHNX7', '410102', 2, 38976, 0, '中原区平欣化妆品店(合成)', 'v1:611d58544fa36ee8be801241394b9c33'),
	(1, '92410102MA14QQFN94', '410102', 2, 38976, 0, '中原区夏梅丰饭店(合成)', 'v1:bd6cf9bb84a7073eb47be36a3b4ad56d'),
	(1, '92410102MA1FDT7P1L', '410102', 2, 6208, 0, '中原区兴江小吃店(合成)', 'v1:9ae6d84b70d00f604966f20a0aeaf021');


--
-- Name: dead_letter_letter_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.dead_letter_letter_id_seq', 1, false);


--
-- Name: delivery_sequence_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.delivery_sequence_seq', 8, true);


--
-- Name: household_revision; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.household_revision', 1, true);


--
-- Name: outbox_position_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.outbox_position_seq', 3, true);


--
-- Name: run_number_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.run_number_seq', 1, true);


--
-- Name: trial_number_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.trial_number_seq', 1, false);


--
-- Name: alembic_version alembic_version_pkc; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.alembic_version
    ADD CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num);


--
-- Name: annual_report_closing pk_annual_report_closing; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.annual_report_closing
    ADD CONSTRAINT pk_annual_report_closing PRIMARY KEY (id);


--
-- Name: audit_chain pk_audit_chain; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.audit_chain
    ADD CONSTRAINT pk_audit_chain PRIMARY KEY (chain);


--
-- Name: audit_entry pk_audit_entry; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.audit_entry
    ADD CONSTRAINT pk_audit_entry PRIMARY KEY (chain, seq);


--
-- Name: bulk_stream pk_bulk_stream; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.bulk_stream
    ADD CONSTRAINT pk_bulk_stream PRIMARY KEY (stream_id);


--
-- Name: change pk_change; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.change
    ADD CONSTRAINT pk_change PRIMARY KEY (run_number, region, from_type, to_type);


--
-- Name: consumer_offset pk_consumer_offset; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.consumer_offset
    ADD CONSTRAINT pk_consumer_offset PRIMARY KEY (consumer, cluster, topic, partition);


--
-- Name: correction pk_correction; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.correction
    ADD CONSTRAINT pk_correction PRIMARY KEY (run_number, uscc);


--
-- Name: current_run pk_current_run; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.current_run
    ADD CONSTRAINT pk_current_run PRIMARY KEY (region);


--
-- Name: dead_letter pk_dead_letter; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.dead_letter
    ADD CONSTRAINT pk_dead_letter PRIMARY KEY (letter_id);


--
-- Name: deadline pk_deadline; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.deadline
    ADD CONSTRAINT pk_deadline PRIMARY KEY (kind, subject);


--
-- Name: delivery pk_delivery; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.delivery
    ADD CONSTRAINT pk_delivery PRIMARY KEY (id);


--
-- Name: filed_report pk_filed_report; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.filed_report
    ADD CONSTRAINT pk_filed_report PRIMARY KEY (uscc, year);


--
-- Name: idempotent_answer pk_idempotent_answer; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.idempotent_answer
    ADD CONSTRAINT pk_idempotent_answer PRIMARY KEY (caller, call, key);


--
-- Name: inbox pk_inbox; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.inbox
    ADD CONSTRAINT pk_inbox PRIMARY KEY (consumer, source, event_id);


--
-- Name: officer pk_officer; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.officer
    ADD CONSTRAINT pk_officer PRIMARY KEY (subject);


--
-- Name: outbox pk_outbox; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.outbox
    ADD CONSTRAINT pk_outbox PRIMARY KEY ("position");


--
-- Name: policy_version pk_policy_version; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.policy_version
    ADD CONSTRAINT pk_policy_version PRIMARY KEY (content_hash);


--
-- Name: pull pk_pull; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.pull
    ADD CONSTRAINT pk_pull PRIMARY KEY (id);


--
-- Name: pull_page pk_pull_page; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.pull_page
    ADD CONSTRAINT pk_pull_page PRIMARY KEY (pull_id, number);


--
-- Name: result pk_result; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.result
    ADD CONSTRAINT pk_result PRIMARY KEY (uscc, run_number);


--
-- Name: run pk_run; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.run
    ADD CONSTRAINT pk_run PRIMARY KEY (id);


--
-- Name: statistic pk_statistic; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.statistic
    ADD CONSTRAINT pk_statistic PRIMARY KEY (region, year, type);


--
-- Name: trial pk_trial; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.trial
    ADD CONSTRAINT pk_trial PRIMARY KEY (id);


--
-- Name: trial_change pk_trial_change; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.trial_change
    ADD CONSTRAINT pk_trial_change PRIMARY KEY (trial_id, region, from_type, to_type);


--
-- Name: platform_version platform_version_pkc; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.platform_version
    ADD CONSTRAINT platform_version_pkc PRIMARY KEY (version_num);


--
-- Name: annual_report_closing uq_annual_report_closing_region_year; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.annual_report_closing
    ADD CONSTRAINT uq_annual_report_closing_region_year UNIQUE (region, year);


--
-- Name: dead_letter uq_dead_letter_event; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.dead_letter
    ADD CONSTRAINT uq_dead_letter_event UNIQUE (consumer, topic, event_id);


--
-- Name: delivery uq_delivery_feed_sha256_region_year_mode; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.delivery
    ADD CONSTRAINT uq_delivery_feed_sha256_region_year_mode UNIQUE NULLS NOT DISTINCT (feed, sha256, region, year, mode);


--
-- Name: delivery uq_delivery_sequence; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.delivery
    ADD CONSTRAINT uq_delivery_sequence UNIQUE (sequence);


--
-- Name: outbox uq_outbox_event_id; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.outbox
    ADD CONSTRAINT uq_outbox_event_id UNIQUE (event_id);


--
-- Name: pull_page uq_pull_page_pull_id_cursor; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.pull_page
    ADD CONSTRAINT uq_pull_page_pull_id_cursor UNIQUE (pull_id, cursor);


--
-- Name: run uq_run_number; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.run
    ADD CONSTRAINT uq_run_number UNIQUE (number);


--
-- Name: trial uq_trial_number; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.trial
    ADD CONSTRAINT uq_trial_number UNIQUE (number);


--
-- Name: run_1 run_1_pkey; Type: CONSTRAINT; Schema: result_partition; Owner: -
--

ALTER TABLE ONLY result_partition.run_1
    ADD CONSTRAINT run_1_pkey PRIMARY KEY (uscc, run_number);


--
-- Name: ix_audit_entry_subject; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_audit_entry_subject ON public.audit_entry USING btree (subject);


--
-- Name: ix_dead_letter_open; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_dead_letter_open ON public.dead_letter USING btree (consumer, topic, key, letter_id) WHERE (settled_at IS NULL);


--
-- Name: ix_deadline_due; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_deadline_due ON public.deadline USING btree (try_at) WHERE (fired_at IS NULL);


--
-- Name: ix_delivery_feed_region; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_delivery_feed_region ON public.delivery USING btree (feed, region, sequence);


--
-- Name: ix_idempotent_answer_answered_at; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_idempotent_answer_answered_at ON public.idempotent_answer USING btree (answered_at);


--
-- Name: ix_outbox_sent_at; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_outbox_sent_at ON public.outbox USING btree (sent_at);


--
-- Name: ix_outbox_unsent; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_outbox_unsent ON public.outbox USING btree ("position") WHERE (sent_at IS NULL);


--
-- Name: ix_run_state; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_run_state ON public.run USING btree (state);


--
-- Name: ix_statistic_year; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_statistic_year ON public.statistic USING btree (year, region);


--
-- Name: ix_trial_run_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_trial_run_id ON public.trial USING btree (run_id);


--
-- Name: ix_trial_state; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_trial_state ON public.trial USING btree (state);


--
-- Name: uq_pull_running; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX uq_pull_running ON public.pull USING btree (source) WHERE ((state)::text = 'running'::text);


--
-- Name: run_1_name; Type: INDEX; Schema: result_partition; Owner: -
--

CREATE INDEX run_1_name ON result_partition.run_1 USING btree (name text_pattern_ops, uscc);


--
-- Name: run_1_region; Type: INDEX; Schema: result_partition; Owner: -
--

CREATE INDEX run_1_region ON result_partition.run_1 USING btree (region, type, uscc);


--
-- Name: run_1_similar; Type: INDEX; Schema: result_partition; Owner: -
--

CREATE INDEX run_1_similar ON result_partition.run_1 USING gin (name public.gin_trgm_ops);


--
-- Name: run_1_pkey; Type: INDEX ATTACH; Schema: result_partition; Owner: -
--

ALTER INDEX public.pk_result ATTACH PARTITION result_partition.run_1_pkey;


--
-- Name: audit_chain audit_chain_only_grows; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER audit_chain_only_grows BEFORE DELETE OR TRUNCATE ON public.audit_chain FOR EACH STATEMENT EXECUTE FUNCTION public.audit_refuse();


--
-- Name: audit_entry audit_entry_only_grows; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER audit_entry_only_grows BEFORE DELETE OR UPDATE OR TRUNCATE ON public.audit_entry FOR EACH STATEMENT EXECUTE FUNCTION public.audit_refuse();


--
-- Name: change fk_change_run_number; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.change
    ADD CONSTRAINT fk_change_run_number FOREIGN KEY (run_number) REFERENCES public.run(number);


--
-- Name: correction fk_correction_run_number; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.correction
    ADD CONSTRAINT fk_correction_run_number FOREIGN KEY (run_number) REFERENCES public.run(number);


--
-- Name: current_run fk_current_run_run_number; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.current_run
    ADD CONSTRAINT fk_current_run_run_number FOREIGN KEY (run_number) REFERENCES public.run(number);


--
-- Name: pull fk_pull_delivery_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.pull
    ADD CONSTRAINT fk_pull_delivery_id FOREIGN KEY (delivery_id) REFERENCES public.delivery(id);


--
-- Name: pull_page fk_pull_page_pull_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.pull_page
    ADD CONSTRAINT fk_pull_page_pull_id FOREIGN KEY (pull_id) REFERENCES public.pull(id) ON DELETE CASCADE;


--
-- Name: run fk_run_closing_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.run
    ADD CONSTRAINT fk_run_closing_id FOREIGN KEY (closing_id) REFERENCES public.annual_report_closing(id);


--
-- Name: run fk_run_policy_hash; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.run
    ADD CONSTRAINT fk_run_policy_hash FOREIGN KEY (policy_hash) REFERENCES public.policy_version(content_hash);


--
-- Name: trial_change fk_trial_change_trial_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.trial_change
    ADD CONSTRAINT fk_trial_change_trial_id FOREIGN KEY (trial_id) REFERENCES public.trial(id) ON DELETE CASCADE;


--
-- Name: trial fk_trial_run_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.trial
    ADD CONSTRAINT fk_trial_run_id FOREIGN KEY (run_id) REFERENCES public.run(id);


--
-- PostgreSQL database dump complete
--

\unrestrict minglu

