const style = `
:root{color-scheme:light dark}
body{margin:0;min-height:100vh;display:grid;place-items:center;background:#fafaf6;color:#15160f;font:1rem/1.5 system-ui,sans-serif}
h1{font-size:1.4rem;margin:0 0 .5rem}
@media (prefers-color-scheme:dark){body{background:#0d0e0a;color:#f5f5ec}}
`;

/** Shown while the app is being built: it looks again by itself. */
export const buildingPage = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="refresh" content="2"><title>Building · Onsale</title><style>${style}</style></head>
<body><main><h1>The shop is being built.</h1><p>This takes some seconds, once. The page loads by itself.</p></main></body></html>
`;

/** Where there is no app at all. */
export const absentPage = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>No shop · Onsale</title><style>${style}</style></head>
<body><main><h1>There is no shop here.</h1><p>It could not be built; the log says why. The <a href="/docs">API</a> works.</p></main></body></html>
`;

export { style as buildingStyle };
