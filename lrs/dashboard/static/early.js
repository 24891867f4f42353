// Before the first paint: the theme that was chosen, so that nothing flashes. All else is in modules.
try {
  const theme = localStorage.getItem("theme");
  if (theme) document.documentElement.dataset.theme = theme;
} catch {
  // storage is closed to this page: the system's theme holds
}
