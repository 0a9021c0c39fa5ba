/** Style sheet of the control page. */
export const PAGE_STYLE = `
  :root { color-scheme: light dark; font: 15px/1.45 system-ui, sans-serif; }
  body { max-width: 62rem; margin: 0 auto; padding: 1.5rem 1rem 4rem; }
  h1 { font-size: 1.4rem; } h2 { font-size: 1.1rem; margin-top: 2rem; }
  article { border: 1px solid #8884; border-radius: 8px; padding: .8rem 1rem; margin: .8rem 0; }
  article header { display: flex; gap: .6rem; align-items: baseline; flex-wrap: wrap; }
  ol, ul { padding-left: 1.2rem; } li { margin: .35rem 0; }
  code, small { color: #888; } form { display: inline; }
  .badge { border-radius: 99px; padding: .05rem .6rem; background: #8883; font-size: .85rem; }
  .completed { background: #2a93; } .declined, .voided { background: #c333; }
  button { font: inherit; padding: .15rem .7rem; border-radius: 6px; border: 1px solid #8886; cursor: pointer; }
  button:disabled { opacity: .4; cursor: default; }
  table { border-collapse: collapse; width: 100%; } td, th { text-align: left; padding: .2rem .6rem .2rem 0; }
  input, select { font: inherit; padding: .1rem .4rem; }
  .notice { border-left: 4px solid #c33; padding: .4rem .8rem; background: #c331; }
`;
