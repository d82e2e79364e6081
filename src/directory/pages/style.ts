import { createHash } from 'node:crypto'

/** One stylesheet for all pages, inline, so that a page is one request and the policy can name its hash. Fluent 2's colours with the product's brick red, as in the portal and the workspace. */
export const style = `
:root{color-scheme:light dark;--page:#f3f2f1;--glow:#f9ddd6;--card:#fff;--text:#1b1a19;--soft:#55534f;--line:#d6d4d2;--field:#8a8886;--brand:#b83c28;--brand-hot:#952b1c;--on-brand:#fff;
--bad:#b10e1c;--bad-bg:#fdf3f4;--warn:#8a3707;--warn-bg:#fff6ed;--warn-line:#f2b98a;--good:#0e700e;--tint:#fdf6f4;--code:#f0f0ef;--shadow:0 2px 6px rgba(0,0,0,.13),0 12px 40px rgba(0,0,0,.10)}
@media (prefers-color-scheme:dark){:root{--page:#121212;--glow:#3a1610;--card:#1f1f1f;--text:#f5f5f5;--soft:#b8b6b3;--line:#3d3d3d;--field:#8f8d8a;--brand:#ee9483;--brand-hot:#f4ab9d;--on-brand:#2b0d08;
--bad:#f1959c;--bad-bg:#331417;--warn:#fdcfb4;--warn-bg:#2e1c10;--warn-line:#7d4a24;--good:#7fd07f;--tint:#2a1e1b;--code:#2b2b2b;--shadow:0 2px 8px rgba(0,0,0,.5),0 12px 40px rgba(0,0,0,.45)}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0;min-height:100vh;min-height:100dvh;display:flex;flex-direction:column;background:radial-gradient(1100px 620px at 50% -12%,var(--glow),transparent 70%) no-repeat var(--page);color:var(--text);font:15px/1.45 "Segoe UI Variable Text","Segoe UI",system-ui,-apple-system,"Helvetica Neue",Roboto,"Noto Sans",Ubuntu,sans-serif}
main{flex:1;display:flex;flex-direction:column;align-items:center;justify-content:center;padding:32px 16px;gap:16px}
.card{width:100%;max-width:440px;background:var(--card);border-radius:10px;box-shadow:var(--shadow);padding:40px 44px 36px}
.card.wide{max-width:760px}
.brand{display:flex;align-items:center;gap:10px;font-weight:600;font-size:17px;color:var(--soft);margin-bottom:22px;letter-spacing:.1px}
.brand svg{flex:none}
h1{font-size:24px;line-height:1.25;font-weight:600;margin:0 0 10px;letter-spacing:-.1px;overflow-wrap:anywhere}
h2{font-size:16px;font-weight:600;margin:28px 0 8px}
p{margin:0 0 12px}
a{color:var(--brand);text-decoration:none}
a:hover{text-decoration:underline;color:var(--brand-hot)}
:focus-visible{outline:2px solid var(--brand);outline-offset:2px;border-radius:3px}
.soft{color:var(--soft)}
.small{font-size:13px}
.hint{font-size:13px;color:var(--soft);margin:8px 0 0}
.after{margin:16px 0 0}
.who{display:flex;align-items:center;gap:8px;margin:0 0 14px;color:var(--soft);overflow-wrap:anywhere}
label{display:block;font-weight:600;font-size:14px;margin:16px 0 6px}
input[type=text],input[type=email],input[type=password]{width:100%;height:42px;padding:0 11px;font:inherit;font-size:16px;color:var(--text);background:var(--card);border:1px solid var(--line);border-bottom-color:var(--field);border-radius:4px}
input[type=text]:focus,input[type=email]:focus,input[type=password]:focus{outline:none;border-bottom:2px solid var(--brand)}
input[aria-invalid=true]{border-color:var(--bad)}
.check{display:flex;align-items:center;gap:9px;font-weight:400;margin:16px 0 0}
.check input{width:17px;height:17px;accent-color:var(--brand);margin:0}
.row{display:flex;flex-wrap:wrap;justify-content:flex-end;align-items:center;gap:10px;margin-top:26px}
.row .start{margin-right:auto}
button,.button{display:inline-flex;align-items:center;justify-content:center;min-width:104px;min-height:38px;padding:6px 18px;font:inherit;font-weight:600;border-radius:4px;border:1px solid transparent;background:var(--brand);color:var(--on-brand);cursor:pointer}
button:hover,.button:hover{background:var(--brand-hot);color:var(--on-brand);text-decoration:none}
button.plain,.button.plain{background:transparent;color:var(--text);border-color:var(--line)}
button.plain:hover,.button.plain:hover{background:var(--tint);color:var(--text)}
button.link{background:none;border:0;padding:0;min-width:0;min-height:0;color:var(--brand);font-weight:400}
button.link:hover{text-decoration:underline;background:none;color:var(--brand-hot)}
.note{border-radius:6px;padding:11px 14px;margin:14px 0;border:1px solid var(--line);background:var(--tint)}
.note.bad{color:var(--bad);background:var(--bad-bg);border-color:currentColor}
.note.warn{background:var(--warn-bg);border-color:var(--warn-line)}
.note.warn strong{color:var(--warn)}
.note p:last-child,.note ul:last-child{margin-bottom:0}
code,.code{font-family:"Cascadia Code",ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;font-size:13px;background:var(--code);border-radius:4px;padding:1px 5px;overflow-wrap:anywhere}
.code{display:block;padding:9px 11px;margin:8px 0}
.big-code{font-family:"Cascadia Code",ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;font-size:26px;letter-spacing:3px;text-align:center;background:var(--code);border-radius:6px;padding:14px 8px;margin:16px 0;overflow-wrap:anywhere}
input.big{font-family:"Cascadia Code",ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;font-size:20px;letter-spacing:2px;text-transform:uppercase;height:48px}
.app{display:flex;align-items:center;gap:14px;margin:4px 0 14px}
.mark{flex:none;display:grid;place-items:center;width:44px;height:44px;border-radius:9px;background:var(--tint);border:1px solid var(--line);color:var(--brand);font-weight:600;font-size:19px}
.mark.round{border-radius:50%;width:38px;height:38px;font-size:15px}
.app h1{margin:0}
.app strong{font-size:17px;font-weight:600}
.scopes{list-style:none;margin:6px 0 0;padding:0;border-top:1px solid var(--line)}
.scopes li{padding:11px 0;border-bottom:1px solid var(--line);display:grid;grid-template-columns:20px 1fr;gap:10px}
.scopes svg{margin-top:3px;color:var(--good)}
.scopes strong{font-weight:600;display:block}
.scopes .name{display:block;opacity:.85;font-size:12px;margin-top:2px}
.accounts{display:flex;flex-direction:column;margin:14px -16px 0}
.accounts button{justify-content:flex-start;gap:13px;min-height:60px;background:transparent;color:var(--text);font-weight:400;text-align:left;padding:8px 16px;border-radius:6px}
.accounts button:hover{background:var(--tint)}
.accounts span span{display:block;overflow-wrap:anywhere}
.item{display:flex;flex-wrap:wrap;gap:10px 14px;align-items:flex-start;padding:14px 0;border-top:1px solid var(--line)}
.item:last-of-type{border-bottom:1px solid var(--line)}
.item>div{flex:1 1 240px;min-width:0}
.item ul{margin:6px 0 0;padding-left:18px;color:var(--soft)}
.item h3{font-size:15px;font-weight:600;margin:0}
.facts{display:grid;grid-template-columns:max-content 1fr;gap:4px 14px;margin:18px 0 0;font-size:12px;color:var(--soft)}
.facts dt{white-space:nowrap}
.facts dd{margin:0;overflow-wrap:anywhere;font-variant-numeric:tabular-nums}
.tick{display:grid;place-items:center;width:52px;height:52px;border-radius:50%;background:var(--good);color:var(--card);margin:0 0 16px}
footer{padding:14px 20px 18px;text-align:center;font-size:12.5px;color:var(--soft)}
@media (max-width:480px){main{padding:0;justify-content:flex-start}.card,.card.wide{max-width:none;flex:1;border-radius:0;box-shadow:none;padding:28px 22px}.row button,.row .button{flex:1}.row .start{flex:1 0 100%}footer{background:var(--card)}.big-code{font-size:21px}}
@media (forced-colors:active){.card,button,.button,.note{border:1px solid}}
`

export const styleHash = `'sha256-${createHash('sha256').update(style).digest('base64')}'`
