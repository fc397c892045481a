-- Money that went back to a buyer, whoever gave it: we (`ours`: promised first, then carried out), somebody in the payment
-- provider's own pages (`provider`), or the buyer's bank after a dispute that was lost (`dispute`). What others gave is known
-- only once it is done, so it has no `due`. `provider_reference` is what the provider calls that refund or dispute.
ALTER TABLE refunds
  ADD COLUMN origin text NOT NULL DEFAULT 'ours' CHECK (origin IN ('ours', 'provider', 'dispute')),
  ADD COLUMN provider_reference text;
CREATE UNIQUE INDEX refunds_found_once ON refunds (provider_reference, state) WHERE provider_reference IS NOT NULL;

-- A booking's figures follow from its history alone (`onsale rebuild` makes them), and count the refunds of its own payment:
-- the trigger counted those of every payment, also of one that came twice and went back.
DROP TRIGGER refunds_counted ON refunds;
DROP FUNCTION count_refunds();

-- As before (0004), but for what others gave back: it is gone as well.
CREATE OR REPLACE FUNCTION guard_refund() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  captured bigint;
  gone bigint;
BEGIN
  PERFORM FROM bookings WHERE booking_id = NEW.booking_id FOR UPDATE;
  SELECT amount_minor INTO captured FROM payments
  WHERE payment_id = NEW.payment_id AND state = 'captured' AND booking_id = NEW.booking_id AND currency = NEW.currency;
  SELECT coalesce(sum(amount_minor), 0) INTO gone FROM (
    SELECT max(amount_minor) AS amount_minor FROM refunds WHERE payment_id = NEW.payment_id
    GROUP BY refund_id HAVING NOT bool_or(state = 'failed')) AS one;
  IF captured IS NULL OR gone + NEW.amount_minor > captured THEN
    RAISE EXCEPTION 'refund %: % is more than what is left of %', NEW.refund_id, NEW.amount_minor, captured
      USING ERRCODE = 'check_violation', CONSTRAINT = 'refunds_within_the_charge';
  END IF;
  INSERT INTO payment_work (work_id, organizer_id, kind, booking_id, not_before, created_at)
  VALUES (NEW.refund_id, NEW.organizer_id, 'refund', NEW.booking_id, NEW.created_at, NEW.created_at);
  RETURN NEW;
END $$;
