/** Colours and fonts of everything in HTML, as custom properties. Texts keep a contrast of 4.5 to 1 on every ground. */
export const HTML_COLORS = `
:root {
  --ground: #fafaf8; --paper: #fff; --ink: #1d2125; --quiet: #59616a; --line: #e1e3e0; --fill: #f3f4f1;
  --red: #a8221b; --green: #1b6b34; --amber: #7d5200; --blue: #1c5c99;
  --out: #fcf0ee; --out-mark: #f5c9c4; --in: #edf6ee; --in-mark: #bfe3c5;
  --sans: system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
  --mono: ui-monospace, "SF Mono", SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", "Liberation Mono", monospace;
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    --ground: #131618; --paper: #191d20; --ink: #e3e6e8; --quiet: #9ca5ad; --line: #2c3236; --fill: #20252a;
    --red: #ff9d92; --green: #7ed49a; --amber: #e8bd68; --blue: #8cc1f2;
    --out: #331c1c; --out-mark: #6d2f2c; --in: #17291d; --in-mark: #265a36;
  }
}
`;
