/**
 * Style of a control page.
 *
 * @param mark the provider's colour, so that nobody moves a deal in the wrong tab
 */
export function pageStyle(mark: string): string {
  return `
  :root { color-scheme: light dark; --line: #8884; --soft: #8881; --mark: ${mark}; }
  body { font: 15px/1.45 system-ui, sans-serif; margin: 0 auto; max-width: 72rem; padding: 1rem 1.5rem 4rem; }
  h1 { font-size: 1.35rem; border-bottom: 3px solid var(--mark); padding-bottom: .4rem; }
  h2 { font-size: 1.1rem; margin: 2rem 0 .5rem; }
  article { border: 1px solid var(--line); border-radius: .5rem; margin: .8rem 0; padding: .8rem 1rem; }
  article > h3 { font-size: 1rem; margin: 0 0 .3rem; }
  .facts { color: GrayText; margin: 0 0 .6rem; }
  .stages { display: flex; flex-wrap: wrap; gap: .3rem; margin: .4rem 0; }
  button, input, select { font: inherit; border: 1px solid var(--line); border-radius: .35rem; padding: .2rem .55rem; }
  button { cursor: pointer; background: var(--soft); }
  button[aria-current] { background: var(--mark); border-color: var(--mark); color: #fff; }
  form.row { display: flex; flex-wrap: wrap; gap: .4rem; align-items: end; margin: .4rem 0; }
  form.row label { display: grid; font-size: .85rem; }
  table { border-collapse: collapse; width: 100%; font-size: .9rem; }
  th, td { border-bottom: 1px solid var(--line); padding: .25rem .5rem; text-align: left; vertical-align: top; }
  td.wide { overflow-wrap: anywhere; }
`;
}
