/**
 * The table that a restore makes in an empty database before anything else, and drops last: nobody starts on a database that has it,
 * because what is in it is not all of it, or still believes that processes of the lost one live.
 */
export const restoreMark = 'restore_under_way';
