/** Where notices are drawn (root.tsx) and sent to (notices.tsx). */
export const toasterId = 'notices'
