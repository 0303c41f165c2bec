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
-- Name: application; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.application (
    id uuid NOT NULL,
    season_id uuid NOT NULL,
    county character varying(6) NOT NULL,
    path character varying(20) NOT NULL,
    uscc character varying(18) NOT NULL,
    name character varying(500) NOT NULL,
    operator_ref character varying(60),
    state character varying(20) NOT NULL,
    step character varying(20) NOT NULL,
    category character varying(20),
    category_reason text,
    claims jsonb NOT NULL,
    recommended_by character varying(30),
    recommended_from character varying(6),
    consent jsonb,
    judged jsonb NOT NULL,
    breach_recorded boolean,
    returned boolean NOT NULL,
    due_on date,
    score integer,
    rank integer,
    reason text,
    unplaced boolean NOT NULL,
    created_by character varying(200) NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    submitted_at timestamp with time zone,
    reviewed_by character varying(200),
    version integer NOT NULL,
    CONSTRAINT ck_application_state_known CHECK (((state)::text = ANY ((ARRAY['draft'::character varying, 'in-progress'::character varying, 'returned'::character varying, 'reserve'::character varying, 'withdrawn'::character varying, 'refused'::character varying, 'recognised'::character varying])::text[])))
);


--
-- Name: COLUMN application.step; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.application.step IS 'the policy''s step that it is at';


--
-- Name: COLUMN application.claims; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.application.claims IS 'criteria claimed, kind of operator';


--
-- Name: COLUMN application.recommended_by; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.application.recommended_by IS 'department';


--
-- Name: COLUMN application.recommended_from; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.application.recommended_from IS 'region of the recommending department';


--
-- Name: COLUMN application.judged; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.application.judged IS 'rule → true, false, null; with date';


--
-- Name: COLUMN application.breach_recorded; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.application.breach_recorded IS 'the reviewer''s finding where the policy bars breaches; null: not stated';


--
-- Name: COLUMN application.due_on; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.application.due_on IS 'last day to complete a returned application';


--
-- Name: COLUMN application.rank; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.application.rank IS 'place in the selection; the reserve follows the places';


--
-- Name: COLUMN application.reason; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.application.reason IS 'why it was returned or refused';


--
-- Name: COLUMN application.unplaced; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.application.unplaced IS 'its season ended before it could be recognised';


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
-- Name: ban; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.ban (
    recognition_id uuid NOT NULL,
    uscc character varying(18) NOT NULL,
    county character varying(6) NOT NULL,
    revoked_on date NOT NULL,
    until date NOT NULL,
    reason text NOT NULL
);


--
-- Name: COLUMN ban.until; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.ban.until IS 'the last day';


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
-- Name: confirmation; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.confirmation (
    recognition_id uuid NOT NULL,
    year integer NOT NULL,
    confirmed boolean NOT NULL,
    failing jsonb NOT NULL,
    confirmed_by character varying(200) NOT NULL,
    confirmed_at timestamp with time zone NOT NULL
);


--
-- Name: consultation; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.consultation (
    id uuid NOT NULL,
    application_id uuid NOT NULL,
    county character varying(6) NOT NULL,
    department character varying(30) NOT NULL,
    asked_by character varying(200) NOT NULL,
    due_on date NOT NULL,
    agrees boolean,
    opinion text,
    answered_by character varying(200),
    answered_at timestamp with time zone
);


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
-- Name: county_quota; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.county_quota (
    county character varying(6) NOT NULL,
    year integer NOT NULL,
    quota_id uuid NOT NULL,
    base integer NOT NULL,
    places integer NOT NULL,
    arithmetic text NOT NULL,
    CONSTRAINT ck_county_quota_places_not_negative CHECK ((places >= 0))
);


--
-- Name: credit_consent; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.credit_consent (
    id uuid NOT NULL,
    uscc character varying(18) NOT NULL,
    county character varying(6) NOT NULL,
    operator_ref character varying(60) NOT NULL,
    institution character varying(200) NOT NULL,
    until date NOT NULL,
    given_by character varying(200) NOT NULL,
    given_at timestamp with time zone DEFAULT now() NOT NULL,
    withdrawn_at timestamp with time zone
);


--
-- Name: criteria; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.criteria (
    id uuid NOT NULL,
    region character varying(6) NOT NULL,
    year integer NOT NULL,
    policy_hash character varying(64) NOT NULL,
    document character varying(500) NOT NULL,
    categories jsonb NOT NULL,
    ties jsonb NOT NULL,
    created_by character varying(200) NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    published_by character varying(200),
    published_at timestamp with time zone,
    filed_document character varying(500),
    filed_on date,
    filed_by character varying(200),
    version integer NOT NULL,
    CONSTRAINT ck_criteria_maker_is_not_checker CHECK (((published_by IS NULL) OR ((published_by)::text <> (created_by)::text)))
);


--
-- Name: COLUMN criteria.categories; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.criteria.categories IS 'category → points needed and criteria';


--
-- Name: COLUMN criteria.ties; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.criteria.ties IS 'rules for equal scores, in order';


--
-- Name: COLUMN criteria.filed_document; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.criteria.filed_document IS 'number of the letter to the level above';


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
-- Name: dishonest_debtor; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.dishonest_debtor (
    operator_ref character varying(60) NOT NULL,
    listed_on date NOT NULL,
    region character varying(6) NOT NULL,
    removed_on date,
    delivery_id uuid NOT NULL
);


--
-- Name: document; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.document (
    id uuid NOT NULL,
    application_id uuid NOT NULL,
    evidence character varying(100) NOT NULL,
    name character varying(200) NOT NULL,
    media_type character varying(50) NOT NULL,
    bytes bigint NOT NULL,
    sha256 character varying(64) NOT NULL,
    added_by character varying(200) NOT NULL,
    added_at timestamp with time zone DEFAULT now() NOT NULL
);


--
-- Name: COLUMN document.evidence; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.document.evidence IS 'what it is to prove: a criterion, consent, a visit';


--
-- Name: evaluation; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.evaluation (
    id uuid NOT NULL,
    recognition_id uuid NOT NULL,
    valid_until date NOT NULL,
    evidence jsonb NOT NULL,
    agrees boolean,
    opinion text,
    agreed_by character varying(200),
    judged jsonb NOT NULL,
    extends boolean,
    reason text,
    evaluated_by character varying(200),
    evaluated_at timestamp with time zone NOT NULL,
    decided_by character varying(200),
    decided_at timestamp with time zone,
    version integer NOT NULL
);


--
-- Name: COLUMN evaluation.valid_until; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.evaluation.valid_until IS 'the end that is evaluated';


--
-- Name: COLUMN evaluation.evidence; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.evaluation.evidence IS 'fact → value and source; confidential';


--
-- Name: COLUMN evaluation.agrees; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.evaluation.agrees IS 'the recommending department''s word';


--
-- Name: filing; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.filing (
    id uuid NOT NULL,
    season_id uuid NOT NULL,
    filed_with character varying(6) NOT NULL,
    document character varying(500) NOT NULL,
    filed_on date NOT NULL,
    households integer NOT NULL,
    filed_by character varying(200) NOT NULL,
    filed_at timestamp with time zone DEFAULT now() NOT NULL
);


--
-- Name: COLUMN filing.filed_with; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.filing.filed_with IS 'region of the superior';


--
-- Name: COLUMN filing.households; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.filing.households IS 'on the list';


--
-- Name: household; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.household (
    uscc character varying(18) NOT NULL,
    name character varying(500) NOT NULL,
    region character varying(6) NOT NULL,
    operator_ref character varying(60),
    status character varying(20) NOT NULL,
    type character varying(20),
    typed_year integer,
    typed_run uuid,
    typed_revision bigint NOT NULL,
    changed_revision bigint NOT NULL
);


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
-- Name: information_report; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.information_report (
    recognition_id uuid NOT NULL,
    year integer NOT NULL,
    state character varying(20) NOT NULL,
    due_on date NOT NULL,
    reminded_at timestamp with time zone,
    filed_at timestamp with time zone,
    content jsonb NOT NULL,
    reviewed_by character varying(200),
    finding text
);


--
-- Name: COLUMN information_report.content; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.information_report.content IS 'confidential';


--
-- Name: notice_item; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.notice_item (
    notice_id uuid NOT NULL,
    application_id uuid NOT NULL
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
-- Name: penalty; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.penalty (
    uscc character varying(18) NOT NULL,
    decided_on date NOT NULL,
    kind character varying(30) NOT NULL,
    published_on date,
    published_until date,
    repaired_on date,
    delivery_id uuid NOT NULL
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
-- Name: pool_removal; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.pool_removal (
    application_id uuid NOT NULL,
    reason text NOT NULL,
    removed_by character varying(200) NOT NULL,
    removed_at timestamp with time zone NOT NULL
);


--
-- Name: public_notice; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.public_notice (
    id uuid NOT NULL,
    season_id uuid NOT NULL,
    county character varying(6) NOT NULL,
    state character varying(20) NOT NULL,
    opens_on date NOT NULL,
    closes_on date NOT NULL,
    provisional boolean NOT NULL,
    cleared_at timestamp with time zone,
    open_objections integer,
    opened_by character varying(200) NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    version integer NOT NULL
);


--
-- Name: COLUMN public_notice.closes_on; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.public_notice.closes_on IS 'the last day';


--
-- Name: COLUMN public_notice.provisional; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.public_notice.provisional IS 'a year on the way has no announced holidays yet';


--
-- Name: published_count; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.published_count (
    county character varying(6) NOT NULL,
    year integer NOT NULL,
    counts jsonb NOT NULL,
    run uuid NOT NULL,
    published_at timestamp with time zone NOT NULL
);


--
-- Name: quota; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.quota (
    id uuid NOT NULL,
    scope character varying(6) NOT NULL,
    year integer NOT NULL,
    policy_hash character varying(64) NOT NULL,
    percent integer NOT NULL,
    base integer NOT NULL,
    total integer NOT NULL,
    created_by character varying(200) NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    version integer NOT NULL
);


--
-- Name: recognition; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.recognition (
    id uuid NOT NULL,
    application_id uuid NOT NULL,
    policy_hash character varying(64) NOT NULL,
    county character varying(6) NOT NULL,
    year integer NOT NULL,
    uscc character varying(18) NOT NULL,
    name character varying(500) NOT NULL,
    operator_ref character varying(60),
    category character varying(20) NOT NULL,
    path character varying(20) NOT NULL,
    type_then character varying(20) NOT NULL,
    state character varying(20) NOT NULL,
    granted_on date NOT NULL,
    valid_until date NOT NULL,
    benefits_from date NOT NULL,
    certificate character varying(40) NOT NULL,
    person_conflict boolean NOT NULL,
    transferred_from character varying(6),
    reviewed_by character varying(200),
    decided_by character varying(200) NOT NULL,
    ended_on date,
    end_reason text,
    concerns jsonb NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    version integer NOT NULL,
    CONSTRAINT ck_recognition_maker_is_not_checker CHECK (((decided_by)::text <> (reviewed_by)::text)),
    CONSTRAINT ck_recognition_state_known CHECK (((state)::text = ANY ((ARRAY['valid'::character varying, 'cancelled'::character varying, 'expired'::character varying, 'revoked'::character varying])::text[])))
);


--
-- Name: COLUMN recognition.valid_until; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.recognition.valid_until IS 'the last day';


--
-- Name: COLUMN recognition.certificate; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.recognition.certificate IS 'verification code';


--
-- Name: COLUMN recognition.reviewed_by; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.recognition.reviewed_by IS 'null: recommended, reviewed with the decision';


--
-- Name: COLUMN recognition.concerns; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.recognition.concerns IS 'what an officer must look at';


--
-- Name: recognition_revision; Type: SEQUENCE; Schema: public; Owner: -
--

CREATE SEQUENCE public.recognition_revision
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;


--
-- Name: register_delivery; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.register_delivery (
    id uuid NOT NULL,
    feed character varying(30) NOT NULL,
    bureau character varying(200) NOT NULL,
    region character varying(6) NOT NULL,
    mode character varying(20) NOT NULL,
    sha256 character varying(64) NOT NULL,
    rows bigint NOT NULL,
    accepted bigint NOT NULL,
    rejected bigint NOT NULL,
    flagged bigint NOT NULL,
    changed bigint NOT NULL,
    warnings jsonb NOT NULL,
    rejects_file character varying(64) NOT NULL,
    delivered_by character varying(200) NOT NULL,
    delivered_at timestamp with time zone NOT NULL
);


--
-- Name: season; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.season (
    id uuid NOT NULL,
    county character varying(6) NOT NULL,
    year integer NOT NULL,
    state character varying(20) NOT NULL,
    policy_hash character varying(64) NOT NULL,
    criteria_id uuid,
    opens_on date NOT NULL,
    applications_until date NOT NULL,
    decisions_until date NOT NULL,
    benefits_from date NOT NULL,
    supplement_days integer NOT NULL,
    consultation_days integer NOT NULL,
    notice_days integer NOT NULL,
    seed character varying(64),
    created_by character varying(200) NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    opened_by character varying(200),
    version integer NOT NULL,
    CONSTRAINT ck_season_state_known CHECK (((state)::text = ANY ((ARRAY['preparing'::character varying, 'open'::character varying, 'closed'::character varying])::text[])))
);


--
-- Name: COLUMN season.supplement_days; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.season.supplement_days IS 'working days to complete a returned application';


--
-- Name: COLUMN season.consultation_days; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.season.consultation_days IS 'working days for departments to answer';


--
-- Name: COLUMN season.notice_days; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.season.notice_days IS 'working days of a public notice';


--
-- Name: COLUMN season.seed; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.season.seed IS 'its digest is published with the opening, itself later';


--
-- Name: spot_check; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.spot_check (
    id uuid NOT NULL,
    region character varying(6) NOT NULL,
    year integer NOT NULL,
    seed character varying(64) NOT NULL,
    percent integer NOT NULL,
    seeds jsonb NOT NULL,
    handed_in_before timestamp with time zone NOT NULL,
    population integer NOT NULL,
    drawn_by character varying(200) NOT NULL,
    drawn_at timestamp with time zone DEFAULT now() NOT NULL
);


--
-- Name: COLUMN spot_check.seeds; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.spot_check.seeds IS 'county → the published seed of its season';


--
-- Name: COLUMN spot_check.handed_in_before; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.spot_check.handed_in_before IS 'what was drawn from';


--
-- Name: spot_check_item; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.spot_check_item (
    check_id uuid NOT NULL,
    application_id uuid NOT NULL,
    county character varying(6) NOT NULL,
    outcome character varying(20) NOT NULL,
    finding text,
    due_on date,
    checked_by character varying(200),
    checked_at timestamp with time zone,
    version integer NOT NULL,
    CONSTRAINT ck_spot_check_item_outcome_known CHECK (((outcome)::text = ANY ((ARRAY['pending'::character varying, 'supplement'::character varying, 'overdue'::character varying, 'passed'::character varying, 'refused'::character varying])::text[])))
);


--
-- Name: task; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.task (
    id uuid NOT NULL,
    application_id uuid NOT NULL,
    county character varying(6) NOT NULL,
    step character varying(20) NOT NULL,
    opened_at timestamp with time zone DEFAULT now() NOT NULL,
    due_on date NOT NULL,
    claimed_by character varying(200),
    outcome character varying(20),
    record jsonb NOT NULL,
    done_by character varying(200),
    done_at timestamp with time zone
);


--
-- Name: COLUMN task.record; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.task.record IS 'what was found: visit, scores, answers';


--
-- Data for Name: alembic_version; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.alembic_version VALUES
	('0001');


--
-- Data for Name: application; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.application VALUES
	('10a09307-93d9-4b45-b6bf-06a8239cc217', 'f64693d4-8e6a-4828-b2c2-5962c823cffd', '410105', 'application', '92410105MA00000003', '测试商户3号', 'v1:00000000000000000000000000000003', 'in-progress', 'decision', 'distinctive', '祖传手艺', '{"kinds": [], "criteria": ["distinctive.3"], "to_verify": []}', NULL, NULL, NULL, '{"on": null, "against": []}', false, false, NULL, 1, 3, NULL, false, 'operator', '2026-11-28 14:10:35.458463+00', '2026-09-01 04:00:00.10995+00', 'reviewer', 14),
	('e51d3b86-2033-4b94-a62f-280734204614', 'f64693d4-8e6a-4828-b2c2-5962c823cffd', '410105', 'application', '92410105MA00000002', '测试商户2号', 'v1:00000000000000000000000000000002', 'in-progress', 'decision', 'distinctive', '祖传手艺', '{"kinds": [], "criteria": ["distinctive.3"], "to_verify": []}', NULL, NULL, NULL, '{"on": null, "against": []}', false, false, NULL, 1, 2, NULL, false, 'operator', '2026-11-28 14:10:35.425232+00', '2026-09-01 04:00:00.075309+00', 'reviewer', 14),
	('2b735e2e-fccc-4274-8d73-29cf4f5077d8', 'f64693d4-8e6a-4828-b2c2-5962c823cffd', '410105', 'application', '92410105MA00000001', '测试商户1号', 'v1:00000000000000000000000000000001', 'recognised', 'decision', 'distinctive', '祖传手艺', '{"kinds": [], "criteria": ["distinctive.3"], "to_verify": []}', NULL, NULL, NULL, '{"on": null, "against": []}', false, false, NULL, 1, 1, NULL, false, 'operator', '2026-11-28 14:10:35.373793+00', '2026-09-01 04:00:00.044514+00', 'reviewer', 16);


--
-- Data for Name: audit_chain; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.audit_chain VALUES
	('4101', 1, '0e764bd4085738ad66eff7ddc875ee1a73dd3b43bbcde706387e2fb4b8c04714'),
	('410105', 38, '0c404f2bf1f1393c9ca294c02db62e11b1e90ce7ea82b2831a64ddbda112e588');


--
-- Data for Name: audit_entry; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.audit_entry VALUES
	('4101', 1, '2026-11-28 14:10:35.248766+00', 'officer', 'quota:set', '67a9c3e2-5236-4fa8-a0e4-396a91081a48', '{"base": 1333, "year": 2026, "total": 66, "places": {"410102": 16, "410105": 50}, "policy": "zhengzhou-2025", "percent": 5, "document": null, "readings": {}, "settings": {}}', '0000000000000000000000000000000000000000000000000000000000000000', '0e764bd4085738ad66eff7ddc875ee1a73dd3b43bbcde706387e2fb4b8c04714'),
	('410105', 1, '2026-11-28 14:10:35.274903+00', 'maker', 'criteria:draft', '8942ed36-8e89-4686-a91f-b7c08af266ac', '{"year": 2026, "filed": null, "document": "金水区分类标准（2026）"}', '0000000000000000000000000000000000000000000000000000000000000000', 'dc09e30b5e21bb44084207aa4325be5e417b5113a32c6b398db8c9757758d8ca'),
	('410105', 2, '2026-11-28 14:10:35.286149+00', 'checker', 'criteria:publish', '8942ed36-8e89-4686-a91f-b7c08af266ac', '{"year": 2026, "filed": null, "document": "金水区分类标准（2026）"}', 'dc09e30b5e21bb44084207aa4325be5e417b5113a32c6b398db8c9757758d8ca', '327d4e0ca1d3a58483492beb685e8148aeed3090b53a6db7bac9ec34a45cca9d'),
	('410105', 3, '2026-11-28 14:10:35.317114+00', 'officer', 'season:prepare', 'f64693d4-8e6a-4828-b2c2-5962c823cffd', '{"year": 2026, "state": "preparing", "policy": "zhengzhou-2025", "document": null, "readings": {}, "settings": {}}', '327d4e0ca1d3a58483492beb685e8148aeed3090b53a6db7bac9ec34a45cca9d', '87fa627b6d1ace0f824a6ad8c6d47e736238fc8164a747663f3ecc707b87349b'),
	('410105', 4, '2026-08-11 04:00:00.018067+00', 'officer', 'season:open', 'f64693d4-8e6a-4828-b2c2-5962c823cffd', '{"year": 2026, "state": "open"}', '87fa627b6d1ace0f824a6ad8c6d47e736238fc8164a747663f3ecc707b87349b', 'c3c7ca0ddc572caa4194cf973205b514a585af1c5a3d943a49041a0e5cdc7cc6'),
	('410105', 5, '2026-09-01 04:00:00.00973+00', 'operator', 'application:draft', '2b735e2e-fccc-4274-8d73-29cf4f5077d8', '{"step": "application", "state": "draft"}', 'c3c7ca0ddc572caa4194cf973205b514a585af1c5a3d943a49041a0e5cdc7cc6', 'cda6570244777c283e12ad947858e36800119fb377654b7da229fe21425ab203'),
	('410105', 6, '2026-09-01 04:00:00.033729+00', 'operator-1', 'document:add', '2b735e2e-fccc-4274-8d73-29cf4f5077d8', '{"step": "application", "state": "draft", "sha256": "76737f3f2e3340e1e954401d7757f11884dbc8f61b01c7c7e5f716e78ecbf78f", "evidence": "distinctive.3:手艺传承和知名度的证明"}', 'cda6570244777c283e12ad947858e36800119fb377654b7da229fe21425ab203', 'de083b6be325e7c77decc777b75b0bdfe2a0de42222fdb52c6c455baed9f1ec8'),
	('410105', 7, '2026-09-01 04:00:00.050987+00', 'operator', 'application:submit', '2b735e2e-fccc-4274-8d73-29cf4f5077d8', '{"step": "review", "state": "in-progress", "category": "distinctive"}', 'de083b6be325e7c77decc777b75b0bdfe2a0de42222fdb52c6c455baed9f1ec8', 'c9573f0cf9d63ead4c41c96ed2166df965c38e6ab3a185ccae8e1ec0756dc9fa'),
	('410105', 8, '2026-09-01 04:00:00.057126+00', 'operator', 'application:draft', 'e51d3b86-2033-4b94-a62f-280734204614', '{"step": "application", "state": "draft"}', 'c9573f0cf9d63ead4c41c96ed2166df965c38e6ab3a185ccae8e1ec0756dc9fa', 'e9db06dfc2562897c4d8c6aa521d5dae354effcd0314244f626c038ea2e5a2e3'),
	('410105', 9, '2026-09-01 04:00:00.068972+00', 'operator-2', 'document:add', 'e51d3b86-2033-4b94-a62f-280734204614', '{"step": "application", "state": "draft", "sha256": "76737f3f2e3340e1e954401d7757f11884dbc8f61b01c7c7e5f716e78ecbf78f", "evidence": "distinctive.3:手艺传承和知名度的证明"}', 'e9db06dfc2562897c4d8c6aa521d5dae354effcd0314244f626c038ea2e5a2e3', 'bba50b3154dccc54c2d069380dd3a05cfea2a864b441e34b0aae8e05bb606669'),
	('410105', 10, '2026-09-01 04:00:00.077899+00', 'operator', 'application:submit', 'e51d3b86-2033-4b94-a62f-280734204614', '{"step": "review", "state": "in-progress", "category": "distinctive"}', 'bba50b3154dccc54c2d069380dd3a05cfea2a864b441e34b0aae8e05bb606669', '87216920d0825041cf2f16e58b85ff1f5441181bd98d2b2026667d0676fb68d2'),
	('410105', 11, '2026-09-01 04:00:00.091006+00', 'operator', 'application:draft', '10a09307-93d9-4b45-b6bf-06a8239cc217', '{"step": "application", "state": "draft"}', '87216920d0825041cf2f16e58b85ff1f5441181bd98d2b2026667d0676fb68d2', 'ed2f094ab9c615c5b7b5bb0c0812d0749ab54e6e3df9f8ab52174a78ef2860f6'),
	('410105', 12, '2026-09-01 04:00:00.103317+00', 'operator-3', 'document:add', '10a09307-93d9-4b45-b6bf-06a8239cc217', '{"step": "application", "state": "draft", "sha256": "76737f3f2e3340e1e954401d7757f11884dbc8f61b01c7c7e5f716e78ecbf78f", "evidence": "distinctive.3:手艺传承和知名度的证明"}', 'ed2f094ab9c615c5b7b5bb0c0812d0749ab54e6e3df9f8ab52174a78ef2860f6', '2533c0038c9e2f98f970abf5be9ae38cfe7431cdd3fab2e9f31934495d083dbc'),
	('410105', 13, '2026-09-01 04:00:00.112625+00', 'operator', 'application:submit', '10a09307-93d9-4b45-b6bf-06a8239cc217', '{"step": "review", "state": "in-progress", "category": "distinctive"}', '2533c0038c9e2f98f970abf5be9ae38cfe7431cdd3fab2e9f31934495d083dbc', '9eabe411bb8b945fd927160dd572678848e7c87334ed0cd28b3ba28bcc732ea8'),
	('410105', 14, '2026-11-28 14:10:35.507206+00', 'reviewer', 'application:review', '2b735e2e-fccc-4274-8d73-29cf4f5077d8', '{"step": "selection", "state": "in-progress", "points": 1, "category": "distinctive", "criteria": ["distinctive.3"], "verified": [], "breach_recorded": false}', '9eabe411bb8b945fd927160dd572678848e7c87334ed0cd28b3ba28bcc732ea8', '31d51c560f6d40e5672846b08ccddefc2243e2a896f39fc992080ca989c779b8'),
	('410105', 15, '2026-11-28 14:10:35.521748+00', 'reviewer', 'application:review', 'e51d3b86-2033-4b94-a62f-280734204614', '{"step": "selection", "state": "in-progress", "points": 1, "category": "distinctive", "criteria": ["distinctive.3"], "verified": [], "breach_recorded": false}', '31d51c560f6d40e5672846b08ccddefc2243e2a896f39fc992080ca989c779b8', '30205de12b556bca2120fa938a9fe48bb20e4c15794686809e7d8e235246c28a'),
	('410105', 16, '2026-11-28 14:10:35.537534+00', 'reviewer', 'application:review', '10a09307-93d9-4b45-b6bf-06a8239cc217', '{"step": "selection", "state": "in-progress", "points": 1, "category": "distinctive", "criteria": ["distinctive.3"], "verified": [], "breach_recorded": false}', '30205de12b556bca2120fa938a9fe48bb20e4c15794686809e7d8e235246c28a', '215d83ab9b9d987f53465a852fbbf32698c2c8c07c5ef5339ea688060e3d1b0f'),
	('410105', 17, '2026-10-08 04:00:00.022588+00', 'officer', 'application:select', '2b735e2e-fccc-4274-8d73-29cf4f5077d8', '{"rank": 1, "step": "site-visit", "state": "in-progress"}', '215d83ab9b9d987f53465a852fbbf32698c2c8c07c5ef5339ea688060e3d1b0f', 'df3674dabcd36827308afccb9910c42f1e825d7f5af903a9a09659e0b18c010c'),
	('410105', 18, '2026-10-08 04:00:00.022588+00', 'officer', 'application:select', 'e51d3b86-2033-4b94-a62f-280734204614', '{"rank": 2, "step": "site-visit", "state": "in-progress"}', 'df3674dabcd36827308afccb9910c42f1e825d7f5af903a9a09659e0b18c010c', '911c64691999aa3d75b9166cbdcee4e00e4c7a3a1530ef58cca3b918dfba6185'),
	('410105', 19, '2026-10-08 04:00:00.022588+00', 'officer', 'application:select', '10a09307-93d9-4b45-b6bf-06a8239cc217', '{"rank": 3, "step": "site-visit", "state": "in-progress"}', '911c64691999aa3d75b9166cbdcee4e00e4c7a3a1530ef58cca3b918dfba6185', 'cad3e559001dbb86a164c7a1f604e401130cd1a538ffbb0d5a9336d7f0b6891d'),
	('410105', 20, '2026-10-12 04:00:00.011463+00', 'visitor', 'document:add', '2b735e2e-fccc-4274-8d73-29cf4f5077d8', '{"step": "site-visit", "state": "in-progress", "sha256": "11ff2014ef01fc2f34fe0f6701de53be5bd0af29cf126e9d96bf8b766cd72085", "evidence": "visit"}', 'cad3e559001dbb86a164c7a1f604e401130cd1a538ffbb0d5a9336d7f0b6891d', '139f223ee9ec0744c0862e58eac515d4ad8bfe23e6f6c9045600a01034adc957'),
	('410105', 21, '2026-10-12 04:00:00.025977+00', 'visitor', 'application:visit', '2b735e2e-fccc-4274-8d73-29cf4f5077d8', '{"step": "consultation", "state": "in-progress", "photos": 1, "confirmed": true, "visited_on": "2026-10-12"}', '139f223ee9ec0744c0862e58eac515d4ad8bfe23e6f6c9045600a01034adc957', '7c0b324a2c5ab9c9cfb937406ec1d13a15f7cc5a11488e1c65492b16c5cc549a'),
	('410105', 22, '2026-10-12 04:00:00.039107+00', 'asker', 'application:consult', '2b735e2e-fccc-4274-8d73-29cf4f5077d8', '{"step": "consultation", "state": "in-progress", "departments": ["tax"]}', '7c0b324a2c5ab9c9cfb937406ec1d13a15f7cc5a11488e1c65492b16c5cc549a', '3e36543568a2c450aae17c6d2986459e0a3704abb13e227d10bde268426effbf'),
	('410105', 23, '2026-10-12 04:00:00.053854+00', 'tax', 'application:opinion', '2b735e2e-fccc-4274-8d73-29cf4f5077d8', '{"step": "consultation", "state": "in-progress", "agrees": true, "department": "tax"}', '3e36543568a2c450aae17c6d2986459e0a3704abb13e227d10bde268426effbf', '07662ae31215b0c184b8784be64f1ce9aa2f9aa016e1095c2bad32b1861357be'),
	('410105', 24, '2026-10-12 04:00:00.053854+00', 'tax', 'application:consulted', '2b735e2e-fccc-4274-8d73-29cf4f5077d8', '{"step": "public-notice", "asked": 1, "state": "in-progress", "silent": []}', '07662ae31215b0c184b8784be64f1ce9aa2f9aa016e1095c2bad32b1861357be', '0fd8ded43729c79e220201c59f3108fb4e66697d9b85aee417894df01b3ad439'),
	('410105', 25, '2026-10-12 04:00:00.063263+00', 'visitor', 'document:add', 'e51d3b86-2033-4b94-a62f-280734204614', '{"step": "site-visit", "state": "in-progress", "sha256": "11ff2014ef01fc2f34fe0f6701de53be5bd0af29cf126e9d96bf8b766cd72085", "evidence": "visit"}', '0fd8ded43729c79e220201c59f3108fb4e66697d9b85aee417894df01b3ad439', '218b560df70d5ee2d2f66e0f2265e222e27f098db184659b34fef49c4ed91e61'),
	('410105', 26, '2026-10-12 04:00:00.072822+00', 'visitor', 'application:visit', 'e51d3b86-2033-4b94-a62f-280734204614', '{"step": "consultation", "state": "in-progress", "photos": 1, "confirmed": true, "visited_on": "2026-10-12"}', '218b560df70d5ee2d2f66e0f2265e222e27f098db184659b34fef49c4ed91e61', '417bb547ff24aac134baf5a5d88b476c63ac317f74aefa1f27f5c0a3e563be33'),
	('410105', 27, '2026-10-12 04:00:00.082505+00', 'asker', 'application:consult', 'e51d3b86-2033-4b94-a62f-280734204614', '{"step": "consultation", "state": "in-progress", "departments": ["tax"]}', '417bb547ff24aac134baf5a5d88b476c63ac317f74aefa1f27f5c0a3e563be33', '970f44931875d666f3cb61ae0b57b804a95579c0cb5667084d65c8d680126218'),
	('410105', 28, '2026-10-12 04:00:00.093365+00', 'tax', 'application:opinion', 'e51d3b86-2033-4b94-a62f-280734204614', '{"step": "consultation", "state": "in-progress", "agrees": true, "department": "tax"}', '970f44931875d666f3cb61ae0b57b804a95579c0cb5667084d65c8d680126218', 'b6b44beb505114ec01bcbd3cc18ca9a52c95b16e511fc9e9a75619280963c231'),
	('410105', 29, '2026-10-12 04:00:00.093365+00', 'tax', 'application:consulted', 'e51d3b86-2033-4b94-a62f-280734204614', '{"step": "public-notice", "asked": 1, "state": "in-progress", "silent": []}', 'b6b44beb505114ec01bcbd3cc18ca9a52c95b16e511fc9e9a75619280963c231', '476717655c04fed73e9c66010e6f7219d0af01d58f7ab9ad1d3915eb85fb4ff4'),
	('410105', 30, '2026-10-12 04:00:00.102286+00', 'visitor', 'document:add', '10a09307-93d9-4b45-b6bf-06a8239cc217', '{"step": "site-visit", "state": "in-progress", "sha256": "11ff2014ef01fc2f34fe0f6701de53be5bd0af29cf126e9d96bf8b766cd72085", "evidence": "visit"}', '476717655c04fed73e9c66010e6f7219d0af01d58f7ab9ad1d3915eb85fb4ff4', 'b73aeba8f4f0b1c53b5cd749e782a65c775d025078034808425d709cfcd133b4'),
	('410105', 31, '2026-10-12 04:00:00.112273+00', 'visitor', 'application:visit', '10a09307-93d9-4b45-b6bf-06a8239cc217', '{"step": "consultation", "state": "in-progress", "photos": 1, "confirmed": true, "visited_on": "2026-10-12"}', 'b73aeba8f4f0b1c53b5cd749e782a65c775d025078034808425d709cfcd133b4', 'a762e18df31b11a30fea3f0815f362af5a2b61b3f0bcb4342271b56654e297cb'),
	('410105', 32, '2026-10-12 04:00:00.120928+00', 'asker', 'application:consult', '10a09307-93d9-4b45-b6bf-06a8239cc217', '{"step": "consultation", "state": "in-progress", "departments": ["tax"]}', 'a762e18df31b11a30fea3f0815f362af5a2b61b3f0bcb4342271b56654e297cb', '6aecb34e85e3dab39fa24353862e7532119a0d1159ccd9bcf2292169533cb490'),
	('410105', 33, '2026-10-12 04:00:00.130328+00', 'tax', 'application:opinion', '10a09307-93d9-4b45-b6bf-06a8239cc217', '{"step": "consultation", "state": "in-progress", "agrees": true, "department": "tax"}', '6aecb34e85e3dab39fa24353862e7532119a0d1159ccd9bcf2292169533cb490', '2c3093f80fac444c2c3308c9b15403997ee06f5bb3c579af0b1f373e5a1cff00'),
	('410105', 34, '2026-10-12 04:00:00.130328+00', 'tax', 'application:consulted', '10a09307-93d9-4b45-b6bf-06a8239cc217', '{"step": "public-notice", "asked": 1, "state": "in-progress", "silent": []}', '2c3093f80fac444c2c3308c9b15403997ee06f5bb3c579af0b1f373e5a1cff00', '2b58f6993aa5a6b484b88df3feef1132c0c0904de8ffe7d35b6ff0d990402b4a'),
	('410105', 35, '2026-10-12 04:00:00.146664+00', 'shower', 'public-notice:open', '8cdc1a3b-bfa0-44b2-b35d-39b988e1249d', '{"items": 3, "state": "open", "closes_on": "2026-10-19"}', '2b58f6993aa5a6b484b88df3feef1132c0c0904de8ffe7d35b6ff0d990402b4a', 'c17cf13a1a9c749f4bb310ae55cfc02280ca54394f5aaa4388594d350a1de617'),
	('410105', 36, '2026-10-20 04:00:00.00588+00', 'clock', 'public-notice:close', '8cdc1a3b-bfa0-44b2-b35d-39b988e1249d', '{"state": "closed", "closes_on": "2026-10-19"}', 'c17cf13a1a9c749f4bb310ae55cfc02280ca54394f5aaa4388594d350a1de617', '506c3562624d4ca40deeb0a8cdaa97471f862a8ba1c8eeef41900d1c85e5c4de'),
	('410105', 37, '2026-10-20 04:00:00.017924+00', 'clock', 'public-notice:clear', '8cdc1a3b-bfa0-44b2-b35d-39b988e1249d', '{"state": "cleared", "closes_on": "2026-10-19"}', '506c3562624d4ca40deeb0a8cdaa97471f862a8ba1c8eeef41900d1c85e5c4de', 'af2780ec6c476b3d51c212223f45e374e45cb2cb2ce2c9d5c78d63ae59aa05e6'),
	('410105', 38, '2026-11-25 04:00:00.03157+00', 'decider', 'recognition:grant', '2b735e2e-fccc-4274-8d73-29cf4f5077d8', '{"step": "decision", "state": "recognised", "category": "distinctive", "readings": {"penalty-date": "decided", "two-steps-up": "as-listed", "growth-1-zero": "counts-zero", "marked-growth": "every-figure", "quota-counting": "stock", "quota-rounding": "floor", "relaxed-source": "survival-too", "ban-recommended": "applying-only", "development-2-five": "more-than-five", "survival-confirmed": "eligible-stays", "recommended-ineligible": "eligible-only"}, "recognition": "fc66255d-caa8-432f-8d70-7771456f79aa"}', 'af2780ec6c476b3d51c212223f45e374e45cb2cb2ce2c9d5c78d63ae59aa05e6', '0c404f2bf1f1393c9ca294c02db62e11b1e90ce7ea82b2831a64ddbda112e588');


--
-- Data for Name: ban; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: bulk_stream; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: confirmation; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: consultation; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.consultation VALUES
	('7ff18be7-c1b9-4e32-92bd-6fe8a0830514', '2b735e2e-fccc-4274-8d73-29cf4f5077d8', '410105', 'tax', 'asker', '2026-10-19', true, '已核', 'tax', '2026-10-12 04:00:00.0471+00'),
	('df064670-24c6-4b63-8d6b-6a1b19938345', 'e51d3b86-2033-4b94-a62f-280734204614', '410105', 'tax', 'asker', '2026-10-19', true, '已核', 'tax', '2026-10-12 04:00:00.088323+00'),
	('fba3704b-09e3-4c93-a008-f01841d63421', '10a09307-93d9-4b45-b6bf-06a8239cc217', '410105', 'tax', 'asker', '2026-10-19', true, '已核', 'tax', '2026-10-12 04:00:00.125848+00');


--
-- Data for Name: consumer_offset; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: county_quota; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.county_quota VALUES
	('410102', 2026, '67a9c3e2-5236-4fa8-a0e4-396a91081a48', 333, 16, '66 × 333 ÷ 1333 = 16 余 650/1333，共 16 个'),
	('410105', 2026, '67a9c3e2-5236-4fa8-a0e4-396a91081a48', 1000, 50, '66 × 1000 ÷ 1333 = 49 余 683/1333，按最大余数再得 1，共 50 个');


--
-- Data for Name: credit_consent; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: criteria; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.criteria VALUES
	('8942ed36-8e89-4686-a91f-b7c08af266ac', '410105', 2026, '5858148dae4f34c004c186f93d3b10df973d0e4907f77074b1de1b11df99ea25', '金水区分类标准（2026）', '{"quality": {"criteria": [{"id": "quality.1", "title": "取得管理体系认证，或产品生产执行国际、国内、行业标准，或产品通过发达国家和地区产品认证", "points": null, "besides": [], "evidence": ["管理体系认证、执行标准或产品认证的文件"], "proven_by": null}, {"id": "quality.2", "title": "经营者曾获二级及以上职业资格证书，或市级及以上技能荣誉，或入选市级及以上技能人才培养项目", "points": null, "besides": [], "evidence": ["职业资格证书、技能荣誉或入选培养项目的文件"], "proven_by": null}, {"id": "quality.3", "title": "从事行业列入非物质文化遗产名录，或经营者为县级及以上非物质文化遗产传承人", "points": null, "besides": [], "evidence": ["非物质文化遗产名录或传承人的文件"], "proven_by": null}, {"id": "quality.4", "title": "拥有依法认定的“老字号”，或是百年老店（不专指经营满百年）", "points": null, "besides": [], "evidence": ["“老字号”认定文件，或成立时间、口碑的说明"], "proven_by": null}, {"id": "quality.5", "title": "经营者拥有中级及以上专业技术职称，并从事关联行业", "points": null, "besides": [], "evidence": ["专业技术职称证书"], "proven_by": null}, {"id": "quality.6", "title": "经民宗、文化旅游部门推荐，并经依法审核通过", "points": null, "besides": [], "evidence": ["民宗或文化旅游部门的推荐意见"], "proven_by": null}], "points_needed": null}, "emerging": {"criteria": [{"id": "emerging.1", "title": "依托互联网从事经营活动，如网络创作、自媒体、直播带货、远程服务", "points": null, "besides": [], "evidence": ["网络经营的页面或账号"], "proven_by": null}, {"id": "emerging.2", "title": "从事十大战略性新兴产业", "points": null, "besides": [], "evidence": ["所从事产业的说明"], "proven_by": null}, {"id": "emerging.3", "title": "户或其经营者拥有与新兴行业相关的自主知识产权，或用于高技术研发的专业设备", "points": null, "besides": [], "evidence": ["专业设备的证明"], "proven_by": "intellectual_property"}, {"id": "emerging.4", "title": "经工信、科技、市场监管等部门推荐，并经依法审核通过", "points": null, "besides": [], "evidence": ["推荐部门的意见"], "proven_by": null}], "points_needed": null}, "renowned": {"criteria": [{"id": "renowned.1", "title": "在县级及以上行政区域或相关网络平台有较高市场占有率或知名度", "points": null, "besides": [], "evidence": ["市场占有率或知名度的证明"], "proven_by": null}, {"id": "renowned.2", "title": "户或其经营者拥有有辨识度、显著性、标志性的经营字号，如自主品牌、商标、专利权", "points": null, "besides": [], "evidence": ["字号或品牌的证明"], "proven_by": "intellectual_property"}, {"id": "renowned.3", "title": "在“小个专”党建方面获得过县级以上（含）荣誉，或获评“党员示范店”", "points": null, "besides": [], "evidence": ["荣誉证书或“党员示范店”的文件"], "proven_by": null}, {"id": "renowned.4", "title": "经属地镇街、社区，或行业协会、平台推荐，并经依法审核通过", "points": null, "besides": [], "evidence": ["镇街、社区、行业协会或平台的推荐意见"], "proven_by": null}], "points_needed": null}, "distinctive": {"criteria": [{"id": "distinctive.1", "title": "从事本区县（市）特色产业、农业品牌、土特产销售、手工艺制作等，经营理念或方式独特，有代表性", "points": null, "besides": [], "evidence": ["经营项目和特色的说明"], "proven_by": null}, {"id": "distinctive.2", "title": "户或其经营者是县级以上地理标志授权使用人，经营项目与该地理标志相关", "points": null, "besides": [], "evidence": ["地理标志授权使用的文件"], "proven_by": null}, {"id": "distinctive.3", "title": "属于本地传统手工艺、祖传手艺等，有一定知名度", "points": null, "besides": [], "evidence": ["手艺传承和知名度的证明"], "proven_by": null}, {"id": "distinctive.4", "title": "持有或获准使用绿色食品、有机食品等证书，或经行业主管部门、协会推荐并经依法审核通过", "points": null, "besides": [], "evidence": ["绿色食品、有机食品等证书，或主管部门、协会的推荐意见"], "proven_by": null}], "points_needed": null}}', '["earlier-submission", "draw"]', 'maker', '2026-11-28 14:10:35.264227+00', 'checker', '2026-11-28 14:10:35.282425+00', NULL, NULL, NULL, 2);


--
-- Data for Name: dead_letter; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: deadline; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.deadline VALUES
	('season-closes', 'f64693d4-8e6a-4828-b2c2-5962c823cffd', '2026-11-30 16:00:00+00', '2026-11-30 16:00:00+00', NULL, 0),
	('notice-closes', '8cdc1a3b-bfa0-44b2-b35d-39b988e1249d', '2026-10-19 16:00:00+00', '2026-10-19 16:00:00+00', '2026-10-20 04:00:00.005258+00', 0),
	('recognition-last-year', 'fc66255d-caa8-432f-8d70-7771456f79aa', '2028-11-25 16:00:00+00', '2028-11-25 16:00:00+00', NULL, 0),
	('recognition-expires', 'fc66255d-caa8-432f-8d70-7771456f79aa', '2029-11-25 16:00:00+00', '2029-11-25 16:00:00+00', NULL, 0),
	('report-due', 'fc66255d-caa8-432f-8d70-7771456f79aa:2027', '2027-07-31 16:00:00+00', '2027-07-31 16:00:00+00', NULL, 0),
	('report-reminder', 'fc66255d-caa8-432f-8d70-7771456f79aa:2027', '2027-06-30 16:00:00+00', '2027-06-30 16:00:00+00', NULL, 0);


--
-- Data for Name: dishonest_debtor; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: document; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.document VALUES
	('f315a8bf-4f2c-4343-b42d-5d15058e0512', '2b735e2e-fccc-4274-8d73-29cf4f5077d8', 'distinctive.3:手艺传承和知名度的证明', '材料', 'application/pdf', 16, '76737f3f2e3340e1e954401d7757f11884dbc8f61b01c7c7e5f716e78ecbf78f', 'operator-1', '2026-11-28 14:10:35.398768+00'),
	('9eeef200-fc4f-4f14-bffb-0d3a7d0c1680', 'e51d3b86-2033-4b94-a62f-280734204614', 'distinctive.3:手艺传承和知名度的证明', '材料', 'application/pdf', 16, '76737f3f2e3340e1e954401d7757f11884dbc8f61b01c7c7e5f716e78ecbf78f', 'operator-2', '2026-11-28 14:10:35.437226+00'),
	('9e7db81a-25ac-49fc-bd00-2770a80e882b', '10a09307-93d9-4b45-b6bf-06a8239cc217', 'distinctive.3:手艺传承和知名度的证明', '材料', 'application/pdf', 16, '76737f3f2e3340e1e954401d7757f11884dbc8f61b01c7c7e5f716e78ecbf78f', 'operator-3', '2026-11-28 14:10:35.471655+00'),
	('b1a06877-7732-4773-b5bf-2a848a6c2b3d', '2b735e2e-fccc-4274-8d73-29cf4f5077d8', 'visit', '照片', 'image/png', 16, '11ff2014ef01fc2f34fe0f6701de53be5bd0af29cf126e9d96bf8b766cd72085', 'visitor', '2026-11-28 14:10:35.570021+00'),
	('c81a5720-423c-4e1c-b5ec-43b66b80aad6', 'e51d3b86-2033-4b94-a62f-280734204614', 'visit', '照片', 'image/png', 16, '11ff2014ef01fc2f34fe0f6701de53be5bd0af29cf126e9d96bf8b766cd72085', 'visitor', '2026-11-28 14:10:35.623596+00'),
	('6a23cbd1-62c6-46ed-a8e9-e797c21effa7', '10a09307-93d9-4b45-b6bf-06a8239cc217', 'visit', '照片', 'image/png', 16, '11ff2014ef01fc2f34fe0f6701de53be5bd0af29cf126e9d96bf8b766cd72085', 'visitor', '2026-11-28 14:10:35.662908+00');


--
-- Data for Name: evaluation; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: filing; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: household; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.household VALUES
	('92410105MA00000001', '测试商户1号', '410105', 'v1:00000000000000000000000000000001', 'registered', 'growth', 2026, '0d9f6c1e-52a1-4f0b-8a53-6d1f3a2b4c5d', 1, 0),
	('92410105MA00000002', '测试商户2号', '410105', 'v1:00000000000000000000000000000002', 'registered', 'growth', 2026, '0d9f6c1e-52a1-4f0b-8a53-6d1f3a2b4c5d', 1, 0),
	('92410105MA00000003', '测试商户3号', '410105', 'v1:00000000000000000000000000000003', 'registered', 'growth', 2026, '0d9f6c1e-52a1-4f0b-8a53-6d1f3a2b4c5d', 1, 0);


--
-- Data for Name: idempotent_answer; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: inbox; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: information_report; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.information_report VALUES
	('fc66255d-caa8-432f-8d70-7771456f79aa', 2027, 'due', '2027-07-31', NULL, NULL, '{}', NULL, NULL);


--
-- Data for Name: notice_item; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.notice_item VALUES
	('8cdc1a3b-bfa0-44b2-b35d-39b988e1249d', '10a09307-93d9-4b45-b6bf-06a8239cc217'),
	('8cdc1a3b-bfa0-44b2-b35d-39b988e1249d', '2b735e2e-fccc-4274-8d73-29cf4f5077d8'),
	('8cdc1a3b-bfa0-44b2-b35d-39b988e1249d', 'e51d3b86-2033-4b94-a62f-280734204614');


--
-- Data for Name: officer; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.officer VALUES
	('maker', NULL, '{officer}', NULL, '410105', '2026-11-28'),
	('checker', NULL, '{approver}', NULL, '410105', '2026-11-28'),
	('officer', NULL, '{officer}', NULL, '410105', '2026-11-28'),
	('reviewer', NULL, '{officer}', NULL, '410105', '2026-11-28'),
	('visitor', NULL, '{officer}', NULL, '410105', '2026-10-12'),
	('asker', NULL, '{officer}', NULL, '410105', '2026-10-12'),
	('tax', NULL, '{bureau}', 'tax', '410105', '2026-10-12'),
	('shower', NULL, '{officer}', NULL, '410105', '2026-10-12'),
	('decider', NULL, '{approver}', NULL, '410105', '2026-11-25');


--
-- Data for Name: outbox; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.outbox OVERRIDING SYSTEM VALUE VALUES
	(1, '718793b8-9075-411b-a02e-bd55c5e73e74', 'recognition.events', '410105', '\x7b227370656376657273696f6e223a22312e30222c22736f75726365223a222f7265636f676e6974696f6e222c2274797065223a22636e2e6d696e676c752e7265636f676e6974696f6e2e536561736f6e4f70656e65642e7631222c2274696d65223a22323032362d30382d31315430343a30303a30302e3031323839365a222c2264617461636f6e74656e7474797065223a226170706c69636174696f6e2f6a736f6e222c2264617461736368656d61223a2268747470733a2f2f6d696e676c752e636e2f636f6e7472616374732f636e2e6d696e676c752e7265636f676e6974696f6e2e536561736f6e4f70656e65642e76312e6a736f6e222c22636f7272656c6174696f6e6964223a2237313837393362382d393037352d343131622d613032652d626435356335653733653734222c226964223a2237313837393362382d393037352d343131622d613032652d626435356335653733653734222c227375626a656374223a22343130313035222c22706172746974696f6e6b6579223a22343130313035222c226163746f72223a226f666669636572222c2264617461223a7b22736561736f6e223a2266363436393364342d386536612d343832382d623263322d353936326338323363666664222c22726567696f6e223a22343130313035222c2279656172223a323032362c22706f6c696379223a227a68656e677a686f752d32303235222c226170706c69636174696f6e735f756e74696c223a22323032362d30392d3330222c22706c61636573223a35307d7d', 1304, '2026-11-28 14:10:35.322307+00', NULL, NULL),
	(2, '5179aa61-4ff2-4ddc-9b23-2c34c76c6429', 'recognition.events', '92410105MA00000001', '\x7b227370656376657273696f6e223a22312e30222c22736f75726365223a222f7265636f676e6974696f6e222c2274797065223a22636e2e6d696e676c752e7265636f676e6974696f6e2e4170706c69636174696f6e5375626d69747465642e7631222c2274696d65223a22323032362d30392d30315430343a30303a30302e3035303230305a222c2264617461636f6e74656e7474797065223a226170706c69636174696f6e2f6a736f6e222c2264617461736368656d61223a2268747470733a2f2f6d696e676c752e636e2f636f6e7472616374732f636e2e6d696e676c752e7265636f676e6974696f6e2e4170706c69636174696f6e5375626d69747465642e76312e6a736f6e222c22636f7272656c6174696f6e6964223a2235313739616136312d346666322d346464632d396232332d326333346337366336343239222c226964223a2235313739616136312d346666322d346464632d396232332d326333346337366336343239222c227375626a656374223a2239323431303130354d413030303030303031222c22706172746974696f6e6b6579223a2239323431303130354d413030303030303031222c226163746f72223a226f70657261746f72222c2264617461223a7b227265766973696f6e223a312c226170706c69636174696f6e223a2232623733356532652d666363632d343237342d386437332d323963663466353037376438222c2275736363223a2239323431303130354d413030303030303031222c22726567696f6e223a22343130313035222c2263617465676f7279223a2264697374696e6374697665222c226f70657261746f725f726566223a2276313a3030303030303030303030303030303030303030303030303030303030303031222c22726561736f6e223a6e756c6c7d7d', 1308, '2026-11-28 14:10:35.408128+00', NULL, NULL),
	(3, 'a44eeaf4-85fc-4b67-8b51-8311086c89f9', 'recognition.events', '92410105MA00000002', '\x7b227370656376657273696f6e223a22312e30222c22736f75726365223a222f7265636f676e6974696f6e222c2274797065223a22636e2e6d696e676c752e7265636f676e6974696f6e2e4170706c69636174696f6e5375626d69747465642e7631222c2274696d65223a22323032362d30392d30315430343a30303a30302e3037373236335a222c2264617461636f6e74656e7474797065223a226170706c69636174696f6e2f6a736f6e222c2264617461736368656d61223a2268747470733a2f2f6d696e676c752e636e2f636f6e7472616374732f636e2e6d696e676c752e7265636f676e6974696f6e2e4170706c69636174696f6e5375626d69747465642e76312e6a736f6e222c22636f7272656c6174696f6e6964223a2261343465656166342d383566632d346236372d386235312d383331313038366338396639222c226964223a2261343465656166342d383566632d346236372d386235312d383331313038366338396639222c227375626a656374223a2239323431303130354d413030303030303032222c22706172746974696f6e6b6579223a2239323431303130354d413030303030303032222c226163746f72223a226f70657261746f72222c2264617461223a7b227265766973696f6e223a322c226170706c69636174696f6e223a2265353164336238362d323033332d346239342d613632662d323830373334323034363134222c2275736363223a2239323431303130354d413030303030303032222c22726567696f6e223a22343130313035222c2263617465676f7279223a2264697374696e6374697665222c226f70657261746f725f726566223a2276313a3030303030303030303030303030303030303030303030303030303030303032222c22726561736f6e223a6e756c6c7d7d', 1311, '2026-11-28 14:10:35.442841+00', NULL, NULL),
	(4, 'e99d3f8d-9c74-46ae-80cd-e8bbc9c4e493', 'recognition.events', '92410105MA00000003', '\x7b227370656376657273696f6e223a22312e30222c22736f75726365223a222f7265636f676e6974696f6e222c2274797065223a22636e2e6d696e676c752e7265636f676e6974696f6e2e4170706c69636174696f6e5375626d69747465642e7631222c2274696d65223a22323032362d30392d30315430343a30303a30302e3131313937335a222c2264617461636f6e74656e7474797065223a226170706c69636174696f6e2f6a736f6e222c2264617461736368656d61223a2268747470733a2f2f6d696e676c752e636e2f636f6e7472616374732f636e2e6d696e676c752e7265636f676e6974696f6e2e4170706c69636174696f6e5375626d69747465642e76312e6a736f6e222c22636f7272656c6174696f6e6964223a2265393964336638642d396337342d343661652d383063642d653862626339633465343933222c226964223a2265393964336638642d396337342d343661652d383063642d653862626339633465343933222c227375626a656374223a2239323431303130354d413030303030303033222c22706172746974696f6e6b6579223a2239323431303130354d413030303030303033222c226163746f72223a226f70657261746f72222c2264617461223a7b227265766973696f6e223a332c226170706c69636174696f6e223a2231306130393330372d393364392d346234352d623662662d303661383233396363323137222c2275736363223a2239323431303130354d413030303030303033222c22726567696f6e223a22343130313035222c2263617465676f7279223a2264697374696e6374697665222c226f70657261746f725f726566223a2276313a3030303030303030303030303030303030303030303030303030303030303033222c22726561736f6e223a6e756c6c7d7d', 1314, '2026-11-28 14:10:35.477264+00', NULL, NULL),
	(5, '676b65df-d59c-4710-8724-4b73360a51af', 'recognition.events', '410105', '\x7b227370656376657273696f6e223a22312e30222c22736f75726365223a222f7265636f676e6974696f6e222c2274797065223a22636e2e6d696e676c752e7265636f676e6974696f6e2e5075626c69634e6f746963654f70656e65642e7631222c2274696d65223a22323032362d31302d31325430343a30303a30302e3134313937325a222c2264617461636f6e74656e7474797065223a226170706c69636174696f6e2f6a736f6e222c2264617461736368656d61223a2268747470733a2f2f6d696e676c752e636e2f636f6e7472616374732f636e2e6d696e676c752e7265636f676e6974696f6e2e5075626c69634e6f746963654f70656e65642e76312e6a736f6e222c22636f7272656c6174696f6e6964223a2236373662363564662d643539632d343731302d383732342d346237333336306135316166222c226964223a2236373662363564662d643539632d343731302d383732342d346237333336306135316166222c227375626a656374223a22343130313035222c22706172746974696f6e6b6579223a22343130313035222c226163746f72223a2273686f776572222c2264617461223a7b227075626c69635f6e6f74696365223a2238636463316133622d626661302d343462322d623335642d333962393838653132343964222c22726567696f6e223a22343130313035222c226f70656e735f6f6e223a22323032362d31302d3132222c22636c6f7365735f6f6e223a22323032362d31302d3139222c226974656d73223a5b7b226170706c69636174696f6e223a2231306130393330372d393364392d346234352d623662662d303661383233396363323137222c2275736363223a2239323431303130354d413030303030303033222c226e616d65223a22e6b58be8af95e59586e688b733e58fb7222c2263617465676f7279223a2264697374696e6374697665227d2c7b226170706c69636174696f6e223a2232623733356532652d666363632d343237342d386437332d323963663466353037376438222c2275736363223a2239323431303130354d413030303030303031222c226e616d65223a22e6b58be8af95e59586e688b731e58fb7222c2263617465676f7279223a2264697374696e6374697665227d2c7b226170706c69636174696f6e223a2265353164336238362d323033332d346239342d613632662d323830373334323034363134222c2275736363223a2239323431303130354d413030303030303032222c226e616d65223a22e6b58be8af95e59586e688b732e58fb7222c2263617465676f7279223a2264697374696e6374697665227d5d7d7d', 1331, '2026-11-28 14:10:35.696852+00', NULL, NULL),
	(6, 'ccccaede-8bed-454d-9f2d-e079e5bcfbb8', 'recognition.events', '410105', '\x7b227370656376657273696f6e223a22312e30222c22736f75726365223a222f7265636f676e6974696f6e222c2274797065223a22636e2e6d696e676c752e7265636f676e6974696f6e2e5075626c69634e6f74696365436c6f7365642e7631222c2274696d65223a22323032362d31302d32305430343a30303a30302e3030333532325a222c2264617461636f6e74656e7474797065223a226170706c69636174696f6e2f6a736f6e222c2264617461736368656d61223a2268747470733a2f2f6d696e676c752e636e2f636f6e7472616374732f636e2e6d696e676c752e7265636f676e6974696f6e2e5075626c69634e6f74696365436c6f7365642e76312e6a736f6e222c22636f7272656c6174696f6e6964223a2263636363616564652d386265642d343534642d396632642d653037396535626366626238222c226964223a2263636363616564652d386265642d343534642d396632642d653037396535626366626238222c227375626a656374223a22343130313035222c22706172746974696f6e6b6579223a22343130313035222c226163746f72223a22636c6f636b222c2264617461223a7b227075626c69635f6e6f74696365223a2238636463316133622d626661302d343462322d623335642d333962393838653132343964222c22726567696f6e223a22343130313035222c22636c6f7365735f6f6e223a22323032362d31302d3139227d7d', 1332, '2026-11-28 14:10:35.712113+00', NULL, NULL),
	(7, '626ef3ad-45a0-40f2-b626-1113772bf752', 'recognition.events', '92410105MA00000001', '\x7b227370656376657273696f6e223a22312e30222c22736f75726365223a222f7265636f676e6974696f6e222c2274797065223a22636e2e6d696e676c752e7265636f676e6974696f6e2e5265636f676e6974696f6e4772616e7465642e7631222c2274696d65223a22323032362d31312d32355430343a30303a30302e3033303233315a222c2264617461636f6e74656e7474797065223a226170706c69636174696f6e2f6a736f6e222c2264617461736368656d61223a2268747470733a2f2f6d696e676c752e636e2f636f6e7472616374732f636e2e6d696e676c752e7265636f676e6974696f6e2e5265636f676e6974696f6e4772616e7465642e76312e6a736f6e222c22636f7272656c6174696f6e6964223a2236323665663361642d343561302d343066322d623632362d313131333737326266373532222c226964223a2236323665663361642d343561302d343066322d623632362d313131333737326266373532222c227375626a656374223a2239323431303130354d413030303030303031222c22706172746974696f6e6b6579223a2239323431303130354d413030303030303031222c226163746f72223a2264656369646572222c2264617461223a7b227265766973696f6e223a342c227265636f676e6974696f6e223a2266633636323535642d636161382d343332662d386437302d373737313435366637396161222c2275736363223a2239323431303130354d413030303030303031222c22726567696f6e223a22343130313035222c2263617465676f7279223a2264697374696e6374697665222c226f70657261746f725f726566223a2276313a3030303030303030303030303030303030303030303030303030303030303031222c2276616c69645f756e74696c223a22323032392d31312d3235222c22726561736f6e223a6e756c6c2c226772616e7465645f6f6e223a22323032362d31312d3235222c2262656e65666974735f66726f6d223a22323032372d30312d3031227d7d', 1334, '2026-11-28 14:10:35.738112+00', NULL, NULL);


--
-- Data for Name: penalty; Type: TABLE DATA; Schema: public; Owner: -
--



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
-- Data for Name: pool_removal; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: public_notice; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.public_notice VALUES
	('8cdc1a3b-bfa0-44b2-b35d-39b988e1249d', 'f64693d4-8e6a-4828-b2c2-5962c823cffd', '410105', 'cleared', '2026-10-12', '2026-10-19', false, '2026-10-20 04:00:00.009021+00', 0, 'shower', '2026-11-28 14:10:35.696852+00', 3);


--
-- Data for Name: published_count; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.published_count VALUES
	('410102', 2026, '{"development": 333}', '2410ce07-97b1-47dc-8a51-ef7625cb9980', '2026-11-28 14:10:35.024872+00'),
	('410105', 2026, '{"growth": 1000, "survival": 50}', '2410ce07-97b1-47dc-8a51-ef7625cb9980', '2026-11-28 14:10:35.024872+00');


--
-- Data for Name: quota; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.quota VALUES
	('67a9c3e2-5236-4fa8-a0e4-396a91081a48', '4101', 2026, '5858148dae4f34c004c186f93d3b10df973d0e4907f77074b1de1b11df99ea25', 5, 1333, 66, 'officer', '2026-11-28 14:10:35.205834+00', 1);


--
-- Data for Name: recognition; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.recognition VALUES
	('fc66255d-caa8-432f-8d70-7771456f79aa', '2b735e2e-fccc-4274-8d73-29cf4f5077d8', '5858148dae4f34c004c186f93d3b10df973d0e4907f77074b1de1b11df99ea25', '410105', 2026, '92410105MA00000001', '测试商户1号', 'v1:00000000000000000000000000000001', 'distinctive', 'application', 'growth', 'valid', '2026-11-25', '2029-11-25', '2027-01-01', 'B7D741B4E4D4FEFF05A9', false, NULL, 'reviewer', 'decider', NULL, NULL, '[]', '2026-11-28 14:10:35.738112+00', 1);


--
-- Data for Name: register_delivery; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: season; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.season VALUES
	('f64693d4-8e6a-4828-b2c2-5962c823cffd', '410105', 2026, 'open', '5858148dae4f34c004c186f93d3b10df973d0e4907f77074b1de1b11df99ea25', '8942ed36-8e89-4686-a91f-b7c08af266ac', '2026-08-11', '2026-09-30', '2026-11-30', '2027-01-01', 10, 5, 5, '7daea298b9994ddfc2bd2ea88bca139c5a0a3619cbd0f86e3071be01cb58acb5', 'officer', '2026-11-28 14:10:35.293506+00', 'officer', 2);


--
-- Data for Name: spot_check; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: spot_check_item; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: task; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.task VALUES
	('06c2f4ed-8aa1-4277-8add-3ec4ba3e3d7b', '2b735e2e-fccc-4274-8d73-29cf4f5077d8', '410105', 'review', '2026-11-28 14:10:35.408128+00', '2026-11-30', NULL, 'passed', '{"points": 1, "category": "distinctive", "criteria": ["distinctive.3"], "verified": [], "breach_recorded": false}', 'reviewer', '2026-11-28 14:10:35.502708+00'),
	('b7a06a08-0b59-44b2-bdac-931ff6053682', 'e51d3b86-2033-4b94-a62f-280734204614', '410105', 'review', '2026-11-28 14:10:35.442841+00', '2026-11-30', NULL, 'passed', '{"points": 1, "category": "distinctive", "criteria": ["distinctive.3"], "verified": [], "breach_recorded": false}', 'reviewer', '2026-11-28 14:10:35.51967+00'),
	('3a93dc47-0257-4f50-912b-7592f6c6e83c', '10a09307-93d9-4b45-b6bf-06a8239cc217', '410105', 'review', '2026-11-28 14:10:35.477264+00', '2026-11-30', NULL, 'passed', '{"points": 1, "category": "distinctive", "criteria": ["distinctive.3"], "verified": [], "breach_recorded": false}', 'reviewer', '2026-11-28 14:10:35.535419+00'),
	('75da73ed-d54a-44f2-8b95-76c221f8fb63', 'e51d3b86-2033-4b94-a62f-280734204614', '410105', 'selection', '2026-11-28 14:10:35.516365+00', '2026-11-30', NULL, 'passed', '{"rank": 2}', 'officer', '2026-10-08 04:00:00.016005+00'),
	('cb04ec14-b9c4-4e42-88dd-ed6c8d8dbff9', '2b735e2e-fccc-4274-8d73-29cf4f5077d8', '410105', 'selection', '2026-11-28 14:10:35.495422+00', '2026-11-30', NULL, 'passed', '{"rank": 1}', 'officer', '2026-10-08 04:00:00.015852+00'),
	('ce74b688-6956-481b-8858-a63d88d29870', '10a09307-93d9-4b45-b6bf-06a8239cc217', '410105', 'selection', '2026-11-28 14:10:35.532166+00', '2026-11-30', NULL, 'passed', '{"rank": 3}', 'officer', '2026-10-08 04:00:00.01606+00'),
	('cb44c74d-860a-4658-8719-b22b765273a4', '2b735e2e-fccc-4274-8d73-29cf4f5077d8', '410105', 'site-visit', '2026-11-28 14:10:35.541149+00', '2026-11-30', NULL, 'passed', '{"photos": ["b1a06877-7732-4773-b5bf-2a848a6c2b3d"], "finding": "与申报一致", "visitors": ["甲", "乙"], "visited_on": "2026-10-12"}', 'visitor', '2026-10-12 04:00:00.022462+00'),
	('e240946e-251a-4ec2-8525-d95af19bb546', '2b735e2e-fccc-4274-8d73-29cf4f5077d8', '410105', 'consultation', '2026-11-28 14:10:35.581115+00', '2026-10-19', NULL, 'passed', '{"asked": 1, "silent": []}', 'tax', '2026-10-12 04:00:00.050564+00'),
	('929ce163-cbe4-41b4-873b-c74b7ad01b59', 'e51d3b86-2033-4b94-a62f-280734204614', '410105', 'site-visit', '2026-11-28 14:10:35.541149+00', '2026-11-30', NULL, 'passed', '{"photos": ["c81a5720-423c-4e1c-b5ec-43b66b80aad6"], "finding": "与申报一致", "visitors": ["甲", "乙"], "visited_on": "2026-10-12"}', 'visitor', '2026-10-12 04:00:00.070759+00'),
	('f5628e89-c9b4-455d-a51f-2a19840e4173', 'e51d3b86-2033-4b94-a62f-280734204614', '410105', 'consultation', '2026-11-28 14:10:35.631817+00', '2026-10-19', NULL, 'passed', '{"asked": 1, "silent": []}', 'tax', '2026-10-12 04:00:00.091056+00'),
	('30530312-b76e-42ca-82a8-5ce7408690e7', '10a09307-93d9-4b45-b6bf-06a8239cc217', '410105', 'site-visit', '2026-11-28 14:10:35.541149+00', '2026-11-30', NULL, 'passed', '{"photos": ["6a23cbd1-62c6-46ed-a8e9-e797c21effa7"], "finding": "与申报一致", "visitors": ["甲", "乙"], "visited_on": "2026-10-12"}', 'visitor', '2026-10-12 04:00:00.110342+00'),
	('61efc202-ceb4-4698-9064-a0a9a3175483', '10a09307-93d9-4b45-b6bf-06a8239cc217', '410105', 'consultation', '2026-11-28 14:10:35.671151+00', '2026-10-19', NULL, 'passed', '{"asked": 1, "silent": []}', 'tax', '2026-10-12 04:00:00.128261+00'),
	('c31fe07f-0dd7-4177-bf5b-c676678940af', 'e51d3b86-2033-4b94-a62f-280734204614', '410105', 'public-notice', '2026-11-28 14:10:35.649313+00', '2026-10-19', NULL, 'passed', '{"closes_on": "2026-10-19", "public_notice": "8cdc1a3b-bfa0-44b2-b35d-39b988e1249d"}', 'clock', '2026-10-20 04:00:00.015463+00'),
	('e2008bc8-3d56-4a1f-a09c-c8409fd94a2d', '10a09307-93d9-4b45-b6bf-06a8239cc217', '410105', 'public-notice', '2026-11-28 14:10:35.68724+00', '2026-10-19', NULL, 'passed', '{"closes_on": "2026-10-19", "public_notice": "8cdc1a3b-bfa0-44b2-b35d-39b988e1249d"}', 'clock', '2026-10-20 04:00:00.015291+00'),
	('e87c4804-45c7-4a04-9434-a0194ceeabcc', '2b735e2e-fccc-4274-8d73-29cf4f5077d8', '410105', 'public-notice', '2026-11-28 14:10:35.607653+00', '2026-10-19', NULL, 'passed', '{"closes_on": "2026-10-19", "public_notice": "8cdc1a3b-bfa0-44b2-b35d-39b988e1249d"}', 'clock', '2026-10-20 04:00:00.01542+00'),
	('dc506570-ea5a-460b-bda1-6416b98e1747', '10a09307-93d9-4b45-b6bf-06a8239cc217', '410105', 'decision', '2026-11-28 14:10:35.720141+00', '2026-11-30', NULL, NULL, '{}', NULL, NULL),
	('346c0633-4019-45e2-a695-c3d737d25dfc', 'e51d3b86-2033-4b94-a62f-280734204614', '410105', 'decision', '2026-11-28 14:10:35.720141+00', '2026-11-30', NULL, NULL, '{}', NULL, NULL),
	('482db7f8-6827-43cb-af56-4a1538316bb1', '2b735e2e-fccc-4274-8d73-29cf4f5077d8', '410105', 'decision', '2026-11-28 14:10:35.720141+00', '2026-11-30', NULL, 'passed', '{"category": "distinctive", "recognition": "fc66255d-caa8-432f-8d70-7771456f79aa"}', 'decider', '2026-11-25 04:00:00.025333+00');


--
-- Name: dead_letter_letter_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.dead_letter_letter_id_seq', 1, false);


--
-- Name: outbox_position_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.outbox_position_seq', 7, true);


--
-- Name: recognition_revision; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.recognition_revision', 4, true);


--
-- Name: alembic_version alembic_version_pkc; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.alembic_version
    ADD CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num);


--
-- Name: application pk_application; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.application
    ADD CONSTRAINT pk_application PRIMARY KEY (id);


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
-- Name: ban pk_ban; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.ban
    ADD CONSTRAINT pk_ban PRIMARY KEY (recognition_id);


--
-- Name: bulk_stream pk_bulk_stream; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.bulk_stream
    ADD CONSTRAINT pk_bulk_stream PRIMARY KEY (stream_id);


--
-- Name: confirmation pk_confirmation; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.confirmation
    ADD CONSTRAINT pk_confirmation PRIMARY KEY (recognition_id, year);


--
-- Name: consultation pk_consultation; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.consultation
    ADD CONSTRAINT pk_consultation PRIMARY KEY (id);


--
-- Name: consumer_offset pk_consumer_offset; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.consumer_offset
    ADD CONSTRAINT pk_consumer_offset PRIMARY KEY (consumer, cluster, topic, partition);


--
-- Name: county_quota pk_county_quota; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.county_quota
    ADD CONSTRAINT pk_county_quota PRIMARY KEY (county, year);


--
-- Name: credit_consent pk_credit_consent; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.credit_consent
    ADD CONSTRAINT pk_credit_consent PRIMARY KEY (id);


--
-- Name: criteria pk_criteria; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.criteria
    ADD CONSTRAINT pk_criteria PRIMARY KEY (id);


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
-- Name: dishonest_debtor pk_dishonest_debtor; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.dishonest_debtor
    ADD CONSTRAINT pk_dishonest_debtor PRIMARY KEY (operator_ref, listed_on, region);


--
-- Name: document pk_document; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.document
    ADD CONSTRAINT pk_document PRIMARY KEY (id);


--
-- Name: evaluation pk_evaluation; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.evaluation
    ADD CONSTRAINT pk_evaluation PRIMARY KEY (id);


--
-- Name: filing pk_filing; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.filing
    ADD CONSTRAINT pk_filing PRIMARY KEY (id);


--
-- Name: household pk_household; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.household
    ADD CONSTRAINT pk_household PRIMARY KEY (uscc);


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
-- Name: information_report pk_information_report; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.information_report
    ADD CONSTRAINT pk_information_report PRIMARY KEY (recognition_id, year);


--
-- Name: notice_item pk_notice_item; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.notice_item
    ADD CONSTRAINT pk_notice_item PRIMARY KEY (notice_id, application_id);


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
-- Name: penalty pk_penalty; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.penalty
    ADD CONSTRAINT pk_penalty PRIMARY KEY (uscc, decided_on, kind);


--
-- Name: policy_version pk_policy_version; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.policy_version
    ADD CONSTRAINT pk_policy_version PRIMARY KEY (content_hash);


--
-- Name: pool_removal pk_pool_removal; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.pool_removal
    ADD CONSTRAINT pk_pool_removal PRIMARY KEY (application_id);


--
-- Name: public_notice pk_public_notice; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.public_notice
    ADD CONSTRAINT pk_public_notice PRIMARY KEY (id);


--
-- Name: published_count pk_published_count; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.published_count
    ADD CONSTRAINT pk_published_count PRIMARY KEY (county, year);


--
-- Name: quota pk_quota; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.quota
    ADD CONSTRAINT pk_quota PRIMARY KEY (id);


--
-- Name: recognition pk_recognition; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.recognition
    ADD CONSTRAINT pk_recognition PRIMARY KEY (id);


--
-- Name: register_delivery pk_register_delivery; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.register_delivery
    ADD CONSTRAINT pk_register_delivery PRIMARY KEY (id);


--
-- Name: season pk_season; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.season
    ADD CONSTRAINT pk_season PRIMARY KEY (id);


--
-- Name: spot_check pk_spot_check; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.spot_check
    ADD CONSTRAINT pk_spot_check PRIMARY KEY (id);


--
-- Name: spot_check_item pk_spot_check_item; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.spot_check_item
    ADD CONSTRAINT pk_spot_check_item PRIMARY KEY (check_id, application_id);


--
-- Name: task pk_task; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.task
    ADD CONSTRAINT pk_task PRIMARY KEY (id);


--
-- Name: platform_version platform_version_pkc; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.platform_version
    ADD CONSTRAINT platform_version_pkc PRIMARY KEY (version_num);


--
-- Name: criteria uq_criteria_region_year; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.criteria
    ADD CONSTRAINT uq_criteria_region_year UNIQUE (region, year);


--
-- Name: dead_letter uq_dead_letter_event; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.dead_letter
    ADD CONSTRAINT uq_dead_letter_event UNIQUE (consumer, topic, event_id);


--
-- Name: evaluation uq_evaluation_recognition_id_valid_until; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.evaluation
    ADD CONSTRAINT uq_evaluation_recognition_id_valid_until UNIQUE (recognition_id, valid_until);


--
-- Name: outbox uq_outbox_event_id; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.outbox
    ADD CONSTRAINT uq_outbox_event_id UNIQUE (event_id);


--
-- Name: quota uq_quota_scope_year; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.quota
    ADD CONSTRAINT uq_quota_scope_year UNIQUE (scope, year);


--
-- Name: recognition uq_recognition_certificate; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.recognition
    ADD CONSTRAINT uq_recognition_certificate UNIQUE (certificate);


--
-- Name: register_delivery uq_register_delivery_feed_sha256_region_mode; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.register_delivery
    ADD CONSTRAINT uq_register_delivery_feed_sha256_region_mode UNIQUE (feed, sha256, region, mode);


--
-- Name: season uq_season_county_year; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.season
    ADD CONSTRAINT uq_season_county_year UNIQUE (county, year);


--
-- Name: spot_check uq_spot_check_region_year_percent; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.spot_check
    ADD CONSTRAINT uq_spot_check_region_year_percent UNIQUE (region, year, percent);


--
-- Name: ix_application_county; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_application_county ON public.application USING btree (county, id);


--
-- Name: ix_application_county_state; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_application_county_state ON public.application USING btree (county, state, id);


--
-- Name: ix_application_household; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_application_household ON public.application USING btree (uscc);


--
-- Name: ix_application_pool; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_application_pool ON public.application USING btree (county, id) WHERE ((reviewed_by IS NOT NULL) AND (((state)::text = 'reserve'::text) OR unplaced));


--
-- Name: ix_application_recommended; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_application_recommended ON public.application USING btree (county, id) WHERE ((path)::text = 'recommendation'::text);


--
-- Name: ix_application_season; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_application_season ON public.application USING btree (season_id, state, step, id);


--
-- Name: ix_audit_entry_subject; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_audit_entry_subject ON public.audit_entry USING btree (subject);


--
-- Name: ix_ban_until; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_ban_until ON public.ban USING btree (until, recognition_id);


--
-- Name: ix_ban_uscc; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_ban_uscc ON public.ban USING btree (uscc);


--
-- Name: ix_consultation_application_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_consultation_application_id ON public.consultation USING btree (application_id);


--
-- Name: ix_consultation_due; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_consultation_due ON public.consultation USING btree (due_on) WHERE (answered_at IS NULL);


--
-- Name: ix_county_quota_quota_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_county_quota_quota_id ON public.county_quota USING btree (quota_id);


--
-- Name: ix_credit_consent_operator; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_credit_consent_operator ON public.credit_consent USING btree (operator_ref);


--
-- Name: ix_dead_letter_open; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_dead_letter_open ON public.dead_letter USING btree (consumer, topic, key, letter_id) WHERE (settled_at IS NULL);


--
-- Name: ix_deadline_due; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_deadline_due ON public.deadline USING btree (try_at) WHERE (fired_at IS NULL);


--
-- Name: ix_dishonest_debtor_operator; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_dishonest_debtor_operator ON public.dishonest_debtor USING btree (operator_ref);


--
-- Name: ix_document_application_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_document_application_id ON public.document USING btree (application_id);


--
-- Name: ix_filing_season_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_filing_season_id ON public.filing USING btree (season_id);


--
-- Name: ix_household_operator; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_household_operator ON public.household USING btree (operator_ref);


--
-- Name: ix_household_region; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_household_region ON public.household USING btree (region, uscc);


--
-- Name: ix_idempotent_answer_answered_at; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_idempotent_answer_answered_at ON public.idempotent_answer USING btree (answered_at);


--
-- Name: ix_notice_item_application_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_notice_item_application_id ON public.notice_item USING btree (application_id);


--
-- Name: ix_outbox_sent_at; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_outbox_sent_at ON public.outbox USING btree (sent_at);


--
-- Name: ix_outbox_unsent; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_outbox_unsent ON public.outbox USING btree ("position") WHERE (sent_at IS NULL);


--
-- Name: ix_public_notice_county; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_public_notice_county ON public.public_notice USING btree (county, opens_on);


--
-- Name: ix_public_notice_season_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_public_notice_season_id ON public.public_notice USING btree (season_id);


--
-- Name: ix_recognition_concerns; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_recognition_concerns ON public.recognition USING btree (county, id) WHERE (concerns <> '[]'::jsonb);


--
-- Name: ix_recognition_county; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_recognition_county ON public.recognition USING btree (county, state, id);


--
-- Name: ix_recognition_household; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_recognition_household ON public.recognition USING btree (uscc);


--
-- Name: ix_recognition_operator; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_recognition_operator ON public.recognition USING btree (operator_ref);


--
-- Name: ix_recognition_place; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_recognition_place ON public.recognition USING btree (COALESCE(transferred_from, county)) WHERE ((state)::text = 'valid'::text);


--
-- Name: ix_task_application_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_task_application_id ON public.task USING btree (application_id);


--
-- Name: ix_task_worklist; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_task_worklist ON public.task USING btree (county, due_on, id) WHERE (outcome IS NULL);


--
-- Name: ix_task_worklist_mine; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_task_worklist_mine ON public.task USING btree (claimed_by, county, due_on, id) WHERE ((outcome IS NULL) AND (claimed_by IS NOT NULL));


--
-- Name: ix_task_worklist_step; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_task_worklist_step ON public.task USING btree (county, step, due_on, id) WHERE (outcome IS NULL);


--
-- Name: ux_application_running; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX ux_application_running ON public.application USING btree (season_id, uscc) WHERE ((state)::text <> ALL ((ARRAY['withdrawn'::character varying, 'refused'::character varying])::text[]));


--
-- Name: ux_credit_consent_standing; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX ux_credit_consent_standing ON public.credit_consent USING btree (uscc, institution) WHERE (withdrawn_at IS NULL);


--
-- Name: ux_recognition_application; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX ux_recognition_application ON public.recognition USING btree (application_id);


--
-- Name: ux_recognition_household; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX ux_recognition_household ON public.recognition USING btree (uscc) WHERE ((state)::text = 'valid'::text);


--
-- Name: ux_recognition_person; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX ux_recognition_person ON public.recognition USING btree (county, operator_ref) WHERE (((state)::text = 'valid'::text) AND (NOT person_conflict));


--
-- Name: ux_task_step; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX ux_task_step ON public.task USING btree (application_id, step) WHERE (outcome IS NULL);


--
-- Name: audit_chain audit_chain_only_grows; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER audit_chain_only_grows BEFORE DELETE OR TRUNCATE ON public.audit_chain FOR EACH STATEMENT EXECUTE FUNCTION public.audit_refuse();


--
-- Name: audit_entry audit_entry_only_grows; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER audit_entry_only_grows BEFORE DELETE OR UPDATE OR TRUNCATE ON public.audit_entry FOR EACH STATEMENT EXECUTE FUNCTION public.audit_refuse();


--
-- Name: application fk_application_season_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.application
    ADD CONSTRAINT fk_application_season_id FOREIGN KEY (season_id) REFERENCES public.season(id);


--
-- Name: ban fk_ban_recognition_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.ban
    ADD CONSTRAINT fk_ban_recognition_id FOREIGN KEY (recognition_id) REFERENCES public.recognition(id);


--
-- Name: confirmation fk_confirmation_recognition_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.confirmation
    ADD CONSTRAINT fk_confirmation_recognition_id FOREIGN KEY (recognition_id) REFERENCES public.recognition(id);


--
-- Name: consultation fk_consultation_application_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.consultation
    ADD CONSTRAINT fk_consultation_application_id FOREIGN KEY (application_id) REFERENCES public.application(id);


--
-- Name: county_quota fk_county_quota_quota_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.county_quota
    ADD CONSTRAINT fk_county_quota_quota_id FOREIGN KEY (quota_id) REFERENCES public.quota(id);


--
-- Name: criteria fk_criteria_policy_hash; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.criteria
    ADD CONSTRAINT fk_criteria_policy_hash FOREIGN KEY (policy_hash) REFERENCES public.policy_version(content_hash);


--
-- Name: document fk_document_application_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.document
    ADD CONSTRAINT fk_document_application_id FOREIGN KEY (application_id) REFERENCES public.application(id);


--
-- Name: evaluation fk_evaluation_recognition_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.evaluation
    ADD CONSTRAINT fk_evaluation_recognition_id FOREIGN KEY (recognition_id) REFERENCES public.recognition(id);


--
-- Name: filing fk_filing_season_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.filing
    ADD CONSTRAINT fk_filing_season_id FOREIGN KEY (season_id) REFERENCES public.season(id);


--
-- Name: information_report fk_information_report_recognition_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.information_report
    ADD CONSTRAINT fk_information_report_recognition_id FOREIGN KEY (recognition_id) REFERENCES public.recognition(id);


--
-- Name: notice_item fk_notice_item_application_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.notice_item
    ADD CONSTRAINT fk_notice_item_application_id FOREIGN KEY (application_id) REFERENCES public.application(id);


--
-- Name: notice_item fk_notice_item_notice_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.notice_item
    ADD CONSTRAINT fk_notice_item_notice_id FOREIGN KEY (notice_id) REFERENCES public.public_notice(id);


--
-- Name: pool_removal fk_pool_removal_application_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.pool_removal
    ADD CONSTRAINT fk_pool_removal_application_id FOREIGN KEY (application_id) REFERENCES public.application(id);


--
-- Name: public_notice fk_public_notice_season_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.public_notice
    ADD CONSTRAINT fk_public_notice_season_id FOREIGN KEY (season_id) REFERENCES public.season(id);


--
-- Name: quota fk_quota_policy_hash; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.quota
    ADD CONSTRAINT fk_quota_policy_hash FOREIGN KEY (policy_hash) REFERENCES public.policy_version(content_hash);


--
-- Name: recognition fk_recognition_application_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.recognition
    ADD CONSTRAINT fk_recognition_application_id FOREIGN KEY (application_id) REFERENCES public.application(id);


--
-- Name: recognition fk_recognition_policy_hash; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.recognition
    ADD CONSTRAINT fk_recognition_policy_hash FOREIGN KEY (policy_hash) REFERENCES public.policy_version(content_hash);


--
-- Name: season fk_season_criteria_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.season
    ADD CONSTRAINT fk_season_criteria_id FOREIGN KEY (criteria_id) REFERENCES public.criteria(id);


--
-- Name: season fk_season_policy_hash; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.season
    ADD CONSTRAINT fk_season_policy_hash FOREIGN KEY (policy_hash) REFERENCES public.policy_version(content_hash);


--
-- Name: spot_check_item fk_spot_check_item_application_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.spot_check_item
    ADD CONSTRAINT fk_spot_check_item_application_id FOREIGN KEY (application_id) REFERENCES public.application(id);


--
-- Name: spot_check_item fk_spot_check_item_check_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.spot_check_item
    ADD CONSTRAINT fk_spot_check_item_check_id FOREIGN KEY (check_id) REFERENCES public.spot_check(id);


--
-- Name: task fk_task_application_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.task
    ADD CONSTRAINT fk_task_application_id FOREIGN KEY (application_id) REFERENCES public.application(id);


--
-- PostgreSQL database dump complete
--

\unrestrict minglu

