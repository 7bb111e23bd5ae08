// Runs before anything is painted, so that who chose an appearance never sees the other one flash.
try {
  const chosen = localStorage.getItem('daguerre.theme')
  if (chosen === 'light' || chosen === 'dark') document.documentElement.dataset.theme = chosen
} catch {}
