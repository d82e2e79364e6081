import { start } from '#web/kit/root.tsx'
import { Application } from './application.tsx'

start(<Application />)
