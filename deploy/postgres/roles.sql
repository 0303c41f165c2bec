-- One database per service, and two roles: everything belongs to that of its migrations, and the service reads and writes
-- rows (shared/database/privileges.py). A service can reach no other database; the auditor reads the audits of all. Who is
-- not named here can connect to none. Run once, by the image's entry point, when the data directory is made. Passwords come from
-- the environment, never from this file. (The one-machine platform does the same in deploy/local/postgres.py.)

\getenv auditor_password MINGLU_AUDITOR_PASSWORD
-- begin passwords: python -m deploy.generate
\getenv typing_owner_password MINGLU_TYPING_OWNER_PASSWORD
\getenv typing_password MINGLU_TYPING_DATABASE_PASSWORD
\getenv recognition_owner_password MINGLU_RECOGNITION_OWNER_PASSWORD
\getenv recognition_password MINGLU_RECOGNITION_DATABASE_PASSWORD
\getenv objection_owner_password MINGLU_OBJECTION_OWNER_PASSWORD
\getenv objection_password MINGLU_OBJECTION_DATABASE_PASSWORD
\getenv notification_owner_password MINGLU_NOTIFICATION_OWNER_PASSWORD
\getenv notification_password MINGLU_NOTIFICATION_DATABASE_PASSWORD
\getenv support_owner_password MINGLU_SUPPORT_OWNER_PASSWORD
\getenv support_password MINGLU_SUPPORT_DATABASE_PASSWORD
\getenv portal_owner_password MINGLU_PORTAL_OWNER_PASSWORD
\getenv portal_password MINGLU_PORTAL_DATABASE_PASSWORD
-- end passwords

CREATE ROLE minglu_auditor LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD :'auditor_password';

-- begin databases
CREATE ROLE minglu_typing_owner LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD :'typing_owner_password';
CREATE ROLE minglu_typing LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD :'typing_password';
GRANT minglu_typing TO minglu_typing_owner;
CREATE DATABASE minglu_typing OWNER minglu_typing_owner ENCODING 'UTF8' TEMPLATE template0 LOCALE 'C.UTF-8';
REVOKE ALL ON DATABASE minglu_typing FROM PUBLIC;
GRANT CONNECT, TEMPORARY ON DATABASE minglu_typing TO minglu_typing;
GRANT CONNECT ON DATABASE minglu_typing TO minglu_auditor;

CREATE ROLE minglu_recognition_owner LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD :'recognition_owner_password';
CREATE ROLE minglu_recognition LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD :'recognition_password';
GRANT minglu_recognition TO minglu_recognition_owner;
CREATE DATABASE minglu_recognition OWNER minglu_recognition_owner ENCODING 'UTF8' TEMPLATE template0 LOCALE 'C.UTF-8';
REVOKE ALL ON DATABASE minglu_recognition FROM PUBLIC;
GRANT CONNECT, TEMPORARY ON DATABASE minglu_recognition TO minglu_recognition;
GRANT CONNECT ON DATABASE minglu_recognition TO minglu_auditor;

CREATE ROLE minglu_objection_owner LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD :'objection_owner_password';
CREATE ROLE minglu_objection LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD :'objection_password';
GRANT minglu_objection TO minglu_objection_owner;
CREATE DATABASE minglu_objection OWNER minglu_objection_owner ENCODING 'UTF8' TEMPLATE template0 LOCALE 'C.UTF-8';
REVOKE ALL ON DATABASE minglu_objection FROM PUBLIC;
GRANT CONNECT, TEMPORARY ON DATABASE minglu_objection TO minglu_objection;
GRANT CONNECT ON DATABASE minglu_objection TO minglu_auditor;

CREATE ROLE minglu_notification_owner LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD :'notification_owner_password';
CREATE ROLE minglu_notification LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD :'notification_password';
GRANT minglu_notification TO minglu_notification_owner;
CREATE DATABASE minglu_notification OWNER minglu_notification_owner ENCODING 'UTF8' TEMPLATE template0 LOCALE 'C.UTF-8';
REVOKE ALL ON DATABASE minglu_notification FROM PUBLIC;
GRANT CONNECT, TEMPORARY ON DATABASE minglu_notification TO minglu_notification;
GRANT CONNECT ON DATABASE minglu_notification TO minglu_auditor;

CREATE ROLE minglu_support_owner LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD :'support_owner_password';
CREATE ROLE minglu_support LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD :'support_password';
GRANT minglu_support TO minglu_support_owner;
CREATE DATABASE minglu_support OWNER minglu_support_owner ENCODING 'UTF8' TEMPLATE template0 LOCALE 'C.UTF-8';
REVOKE ALL ON DATABASE minglu_support FROM PUBLIC;
GRANT CONNECT, TEMPORARY ON DATABASE minglu_support TO minglu_support;
GRANT CONNECT ON DATABASE minglu_support TO minglu_auditor;

CREATE ROLE minglu_portal_owner LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD :'portal_owner_password';
CREATE ROLE minglu_portal LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD :'portal_password';
GRANT minglu_portal TO minglu_portal_owner;
CREATE DATABASE minglu_portal OWNER minglu_portal_owner ENCODING 'UTF8' TEMPLATE template0 LOCALE 'C.UTF-8';
REVOKE ALL ON DATABASE minglu_portal FROM PUBLIC;
GRANT CONNECT, TEMPORARY ON DATABASE minglu_portal TO minglu_portal;
GRANT CONNECT ON DATABASE minglu_portal TO minglu_auditor;

-- end databases

REVOKE CONNECT ON DATABASE postgres, template1 FROM PUBLIC;
