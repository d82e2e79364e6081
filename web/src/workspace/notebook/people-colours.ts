/** Of people in one notebook; white text reads on each. */
export const peopleColours = ['#b83c28', '#0b6a75', '#6b3fa0', '#0f6cbd', '#8a5a00', '#2f7d32', '#a4286a', '#4a5568']
