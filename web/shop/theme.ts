// Runs before anything is drawn: whoever chose light or dark sees no flash of the other.
try {
  const theme = localStorage.getItem('onsale.theme');
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
} catch {
  // Nothing may be kept here: the system decides.
}

export {};
