import { createDarkTheme, createLightTheme, type BrandVariants, type Theme } from '@fluentui/react-components'

// Brick red in Fluent's sixteen steps (10 darkest). 80 carries white text at 4.5:1, 100–110 read on dark grounds.
const brick: BrandVariants = {
  10: '#190605', 20: '#2f0d0a', 30: '#4b130d', 40: '#641a11', 50: '#7d2216', 60: '#952b1c', 70: '#aa3523', 80: '#b83c28',
  90: '#cb4f39', 100: '#da6650', 110: '#e57d69', 120: '#ee9483', 130: '#f4ab9d', 140: '#f8c2b8', 150: '#fbd9d2', 160: '#fdefec',
}
const dark = createDarkTheme(brick)

export const lightTheme: Theme = createLightTheme(brick)
/** Text and lines in the brand's colour are one step lighter than Fluent's own choice: they must read on dark grey. */
export const darkTheme: Theme = { ...dark, colorBrandForeground1: brick[120], colorBrandForegroundLink: brick[120], colorBrandForegroundLinkHover: brick[130], colorBrandForegroundLinkPressed: brick[110], colorBrandForeground2: brick[130], colorCompoundBrandForeground1: brick[120] }
