-- Under which a booking is found by mail address: written by whoever writes the contact (src/kernel/mail-spelling.ts), because
-- PostgreSQL knows no domain in ASCII form. What was written before keeps its small letters, and is looked for in every spelling.
ALTER TABLE booking_contacts ALTER COLUMN email_key DROP EXPRESSION;
