-- Buyers see the names that they have given.
CREATE POLICY buyers ON ticket_attendees FOR SELECT USING ((SELECT scope_customers()) IS NOT NULL AND EXISTS (
  SELECT FROM bookings b WHERE b.reservation_id = ticket_attendees.reservation_id AND b.holds_reservation));
