-- What an account reads, and what a mail is written in; null: nobody said. A booking's stands in its first event.
ALTER TABLE accounts ADD COLUMN language text CHECK (language IN ('en', 'de'));
ALTER TABLE mails ADD COLUMN language text CHECK (language IN ('en', 'de'));
