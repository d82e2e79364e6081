import { questions } from '../questions.ts'
import { check, type Step, type Tell } from '../step.ts'
import { left, type Answer, type World } from '../world.ts'

/** Runs the three questions as SQL on the cluster. */
export async function answersOf({ memory }: World, tell?: Tell): Promise<Answer[]> {
  const answers: Answer[] = []
  for (const { question, sql } of questions) {
    const { columns, rows } = await left(memory, 'workspace').sql(left(memory, 'clusterId'), sql)
    // Decimals and long integers may come as text: numbers are numbers here.
    const answer = { question, columns, rows: rows.map((row) => row.map((cell) => (typeof cell === 'string' && cell !== '' && !Number.isNaN(Number(cell)) ? Number(cell) : cell))) }
    answers.push(answer)
    tell?.line(question)
    tell?.table(columns.map((name) => name.replaceAll('_', ' ')), answer.rows)
  }
  return answers
}

export const askQuestions: Step<World> = {
  name: 'Answer three questions with joins',
  async run(world, tell) {
    const answers = await answersOf(world, tell)
    for (const [at, { question, first }] of questions.entries()) {
      check(JSON.stringify(answers[at]?.rows[0]) === JSON.stringify(first), `“${question}” begins with ${first.join(', ')}, as counted without Spark`, answers[at]?.rows[0])
    }
    world.memory.answers = answers
    return 'as counted from the files without Spark'
  },
}
