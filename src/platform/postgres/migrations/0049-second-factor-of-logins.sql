-- Whether a login passed a second factor is the login's own. What its account sets up later proves nothing of whoever logged in
-- before: STAFF_SECOND_FACTOR=required was satisfied by that, and a thief's older login with it.
ALTER TABLE logins ADD COLUMN second_factor boolean NOT NULL DEFAULT false;
UPDATE logins l SET second_factor = true FROM accounts a
  WHERE a.account_id = l.account_id AND l.created_at >= a.totp_confirmed_at;
-- Setting one up ends every other login from now on; so end those that it should have ended.
UPDATE logins l SET ended_at = now(), end_reason = 'second-factor' FROM accounts a
  WHERE a.account_id = l.account_id AND a.totp_confirmed_at IS NOT NULL AND NOT l.second_factor AND l.ended_at IS NULL;
