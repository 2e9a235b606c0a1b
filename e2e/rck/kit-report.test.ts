import { expect, it } from 'vitest'
import { readKitReport } from './kit-report.ts'

it('counts passed, failed and skipped tests', () => {
  const xml = `<testsuite name="x" tests="5">
  <testcase name="passes" classname="org.A" time="0.1"/>
  <testcase name="talks{int}[1]" classname="org.A" time="0.1"><system-out>a &gt; b</system-out></testcase>
  <testcase name="fails" classname="org.A" time="0.1">
    <failure message="expected: &lt;1&gt;&#10;but was: 2" type="java.lang.AssertionError">at x</failure>
  </testcase>
  <testcase name="breaks" classname="org.B" time="0.1"><error type="java.lang.NullPointerException">at y</error></testcase>
  <testcase name="waits" classname="org.B" time="0"><skipped message="not here"/></testcase>
</testsuite>`
  expect(readKitReport(xml)).toEqual({
    passed: 2,
    failed: ['A.fails: expected: <1> but was: 2', 'B.breaks: java.lang.NullPointerException'],
    skipped: ['B.waits'],
  })
})
