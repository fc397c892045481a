-- Whether a second factor is set up may decide what staff may do (STAFF_SECOND_FACTOR): servers learn of it as of roles.
DROP TRIGGER accounts_note_change ON accounts;
CREATE TRIGGER accounts_note_change AFTER UPDATE ON accounts FOR EACH ROW
  WHEN (OLD.disabled_at IS DISTINCT FROM NEW.disabled_at OR OLD.platform_owner <> NEW.platform_owner
    OR (OLD.totp_confirmed_at IS NULL) <> (NEW.totp_confirmed_at IS NULL))
  EXECUTE FUNCTION note_account_change();
