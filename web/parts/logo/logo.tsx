/** The mark of Onsale: a ring with a notch, as a ticket has, around a dot. */
export function Logo() {
  return (
    <svg viewBox="0 0 32 32" aria-hidden="true">
      <path fill="var(--logo-ring)" d="M16 1.5a14.5 14.5 0 0 1 14.5 12.2 2.4 2.4 0 0 0 0 4.6A14.5 14.5 0 1 1 16 1.5Z" />
      <circle cx="14.5" cy="16" r="6.2" fill="var(--logo-dot)" />
    </svg>
  );
}
