-- An account asks for another mail address: the token that goes there carries it until its mail came back.
ALTER TABLE mail_tokens ADD COLUMN email text;
ALTER TABLE mail_tokens DROP CONSTRAINT mail_tokens_purpose_check;
ALTER TABLE mail_tokens ADD CONSTRAINT mail_tokens_purpose_check
  CHECK (purpose IN ('verify-mail', 'reset-password', 'change-mail'));
-- Where the new address has an account already nothing is kept of it: the same work is done, for nobody.
ALTER TABLE mail_tokens ADD CONSTRAINT mail_tokens_email_check
  CHECK ((email IS NOT NULL) = (purpose = 'change-mail' AND account_id IS NOT NULL));
