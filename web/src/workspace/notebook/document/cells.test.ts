import { describe, expect, it } from 'vitest'
import * as Y from 'yjs'
import { deleteCells, insertCell, mergeBelow, moveCell, readCells, splitCell, structure } from './cells.ts'
import { bodyOf } from './magic.ts'
import { carryEdits, rebased } from './moves.ts'

const notebook = (...sources: string[]) => {
  const doc = new Y.Doc()
  sources.forEach((source, index) => insertCell(doc, index, source))
  return doc
}
const sources = (doc: Y.Doc) => readCells(doc).map(({ text }) => text.toJSON())
const idAt = (doc: Y.Doc, index: number) => readCells(doc)[index]?.id ?? ''
const two = (first: Y.Doc) => {
  const second = new Y.Doc()
  Y.applyUpdate(second, Y.encodeStateAsUpdate(first))
  return second
}
const meet = (a: Y.Doc, b: Y.Doc) => {
  const [forA, forB] = [Y.encodeStateAsUpdate(b, Y.encodeStateVector(a)), Y.encodeStateAsUpdate(a, Y.encodeStateVector(b))]
  Y.applyUpdate(a, forA)
  Y.applyUpdate(b, forB)
}
const settled = () => new Promise((resolve) => setTimeout(resolve, 0))

describe('cells', () => {
  it('are added, deleted and taken back', () => {
    const doc = notebook('a', 'b')
    const undo = new Y.UndoManager(doc.getArray('cells'), { trackedOrigins: new Set([structure]), captureTimeout: 0 })
    deleteCells(doc, [idAt(doc, 0)])
    expect(sources(doc)).toEqual(['b'])
    undo.undo()
    expect(sources(doc)).toEqual(['a', 'b'])
  })
  it('move up and down', () => {
    const doc = notebook('a', 'b', 'c', 'd')
    moveCell(doc, idAt(doc, 0), 2)
    expect(sources(doc)).toEqual(['b', 'c', 'a', 'd'])
    moveCell(doc, idAt(doc, 3), 0)
    expect(sources(doc)).toEqual(['d', 'b', 'c', 'a'])
    moveCell(doc, idAt(doc, 3), 4)
    expect(sources(doc)).toEqual(['d', 'b', 'c', 'a'])
  })
  it('are split and merged', () => {
    const doc = notebook('one\ntwo', '%sql\nselect 1')
    splitCell(doc, idAt(doc, 0), 4)
    expect(sources(doc)).toEqual(['one', 'two', '%sql\nselect 1'])
    mergeBelow(doc, idAt(doc, 0), bodyOf)
    expect(sources(doc)).toEqual(['one\ntwo', '%sql\nselect 1'])
  })
})

describe('two people in one notebook', () => {
  it('lose nothing when one moves the cell in which the other types', async () => {
    const [a, b] = [notebook('first', 'second'), new Y.Doc()]
    meet(a, b)
    carryEdits(a)
    carryEdits(b)
    readCells(b)[0]?.text.insert(5, ' and more')
    moveCell(a, idAt(a, 0), 1)
    readCells(b)[0]?.text.insert(14, '!')
    meet(a, b)
    await settled()
    meet(a, b)
    await settled()
    expect(sources(a)).toEqual(['second', 'first and more!'])
    expect(sources(b)).toEqual(sources(a))
  })
  it('do not get twice what the mover had seen', async () => {
    const a = notebook('first', 'second')
    const b = two(a)
    carryEdits(b)
    readCells(b)[0]?.text.insert(5, ' seen')
    meet(a, b)
    readCells(b)[0]?.text.insert(10, ' unseen')
    moveCell(a, idAt(a, 0), 1)
    meet(a, b)
    await settled()
    meet(a, b)
    expect(sources(a)).toEqual(['second', 'first seen unseen'])
    expect(sources(b)).toEqual(sources(a))
  })
  it('keep both changes of one text', () => {
    expect(rebased('abc', 'abXc', 'abc')).toBe('abXc')
    expect(rebased('abc', 'Xabc', 'abcY')).toBe('XabcY')
    expect(rebased('abc', 'abcX', 'Yabc')).toBe('YabcX')
    expect(rebased('abc', 'aXc', 'aYc')).toContain('X')
  })
})
