// Before anything is drawn: the viewer's language and colours, from the address, from last time, or from the system.
(() => {
  const asked = new URLSearchParams(location.search);
  const kept = (name) => asked.get(name) ?? localStorage.getItem(`duebridge.${name}`);
  const language = kept("lang") ?? (navigator.language.toLowerCase().startsWith("zh") ? "zh-CN" : "en");
  const isDark = matchMedia("(prefers-color-scheme: dark)").matches;
  const root = document.documentElement;
  root.lang = language === "zh-CN" ? "zh-CN" : "en";
  root.dataset.theme = kept("theme") ?? (isDark ? "dark" : "light");
})();
