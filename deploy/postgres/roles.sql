-- One database and one role per service. A service owns its database and can reach no other; who is not named here
-- can connect to none. Run once, by the image's entry point, when the data directory is made. Passwords come from
-- the environment, never from this file. (The one-machine platform does the same in deploy/local/postgres.py.)

-- begin passwords: python -m deploy.generate
\getenv typing_password MINGLU_TYPING_DATABASE_PASSWORD
\getenv recognition_password MINGLU_RECOGNITION_DATABASE_PASSWORD
\getenv objection_password MINGLU_OBJECTION_DATABASE_PASSWORD
\getenv notification_password MINGLU_NOTIFICATION_DATABASE_PASSWORD
-- end passwords

-- begin databases
CREATE ROLE minglu_typing LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD :'typing_password';
CREATE DATABASE minglu_typing OWNER minglu_typing ENCODING 'UTF8' TEMPLATE template0 LOCALE 'C.UTF-8';
REVOKE ALL ON DATABASE minglu_typing FROM PUBLIC;

CREATE ROLE minglu_recognition LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD :'recognition_password';
CREATE DATABASE minglu_recognition OWNER minglu_recognition ENCODING 'UTF8' TEMPLATE template0 LOCALE 'C.UTF-8';
REVOKE ALL ON DATABASE minglu_recognition FROM PUBLIC;

CREATE ROLE minglu_objection LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD :'objection_password';
CREATE DATABASE minglu_objection OWNER minglu_objection ENCODING 'UTF8' TEMPLATE template0 LOCALE 'C.UTF-8';
REVOKE ALL ON DATABASE minglu_objection FROM PUBLIC;

CREATE ROLE minglu_notification LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD :'notification_password';
CREATE DATABASE minglu_notification OWNER minglu_notification ENCODING 'UTF8' TEMPLATE template0 LOCALE 'C.UTF-8';
REVOKE ALL ON DATABASE minglu_notification FROM PUBLIC;

-- end databases

REVOKE CONNECT ON DATABASE postgres, template1 FROM PUBLIC;
