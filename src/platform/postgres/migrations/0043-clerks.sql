-- The role "user" cancels tickets and reads all bookings: it is called clerk, since a user is an account without a role.
-- History stays as it was told; who reads it knows the former name.
ALTER TABLE memberships DROP CONSTRAINT memberships_role_check;
UPDATE memberships SET role = 'clerk' WHERE role = 'user';
ALTER TABLE memberships ADD CONSTRAINT memberships_role_check CHECK (role IN ('admin', 'manager', 'clerk', 'door'));
UPDATE invitations SET role = 'clerk' WHERE role = 'user';
