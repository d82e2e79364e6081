import type { Step } from './step.ts'
import { askQuestions } from './steps/ask-questions.ts'
import { createCluster } from './steps/create-cluster.ts'
import { createGroup } from './steps/create-group.ts'
import { createService } from './steps/create-service.ts'
import { deleteService } from './steps/delete-service.ts'
import { listMachines } from './steps/list-machines.ts'
import { loadData } from './steps/load-data.ts'
import { pause } from './steps/pause.ts'
import { refusePersonalAccount } from './steps/refuse-personal-account.ts'
import { resume } from './steps/resume.ts'
import { showService } from './steps/show-service.ts'
import { signInToCloud } from './steps/sign-in-to-cloud.ts'
import { signInToWorkspace } from './steps/sign-in-to-workspace.ts'
import { startAgain } from './steps/start-again.ts'
import { terminate } from './steps/terminate.ts'
import { tryLockedStorage } from './steps/try-locked-storage.ts'
import type { World } from './world.ts'

/** The walkabout of 2018, scene by scene. */
export const story: readonly Step<World>[] = [
  signInToCloud, createGroup, createService, showService, refusePersonalAccount, signInToWorkspace, createCluster, listMachines, loadData, askQuestions, tryLockedStorage,
  terminate, startAgain, pause, resume, deleteService,
]
