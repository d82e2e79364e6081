/** Paths of Spark's pages that do something. Looking is all that this way is for. Source: JobsTab, StagesTab and SQLTab of Spark 4. */
export const acts = (path: string): boolean => /\/(kill|terminate)\/?$/.test(path)

/**
 * Spark's pages are shown in a sandbox, where a browser refuses them storage; their scripts want it at once.
 * They get one that lasts as long as the page.
 */
const storage = `<script>(()=>{const make=()=>{const kept=new Map();return{getItem:(k)=>kept.get(String(k))??null,setItem:(k,v)=>void kept.set(String(k),String(v)),removeItem:(k)=>void kept.delete(String(k)),clear:()=>kept.clear(),key:(i)=>[...kept.keys()][i]??null,get length(){return kept.size}}};for(const name of['localStorage','sessionStorage'])Object.defineProperty(window,name,{value:make(),configurable:true})})()</script>`

export const withStorage = (page: string): string => page.replace(/<head(\s[^>]*)?>/i, (head) => head + storage)

/** Where a redirect of Spark leads below our prefix. Spark may answer its own address, or a path with or without the prefix. */
export function relocated(location: string, prefix: string): string {
  const { pathname, search, hash } = new URL(location, 'http://driver')
  return (pathname === prefix || pathname.startsWith(`${prefix}/`) ? pathname : prefix + pathname) + search + hash
}

/**
 * What keeps pages with other people's text in them away from the workspace: an opaque origin (HTML §7.1.5), so that nothing in
 * them can call the API with the user's session, read its cookies or storage, or reach the page around them.
 */
export const policy = (host: string): string =>
  [
    'sandbox allow-scripts allow-forms allow-downloads',
    `default-src 'self' ${host} data: blob:`,
    `script-src 'self' ${host} 'unsafe-inline'`,
    `style-src 'self' ${host} 'unsafe-inline'`,
    `form-action 'self' ${host}`,
    "frame-ancestors 'self'",
    "base-uri 'none'",
    "object-src 'none'",
  ].join('; ')
