'use client'

import { Component, type ReactNode } from 'react'

const maximumTries = 5
const waitMs = 150

/**
 * Keeps a chart's failure inside the chart. recharts can meet an endless update (React error 185) while the buckets under
 * it change; drawn again a moment later it is fine, so it is drawn again a few times before it is left out. The numbers
 * stay on the page in any case.
 */
export class ChartBoundary extends Component<{ children: ReactNode }, { failed: boolean }> {
  override state = { failed: false }
  private tries = 0
  private timer: ReturnType<typeof setTimeout> | undefined

  static getDerivedStateFromError(): { failed: boolean } {
    return { failed: true }
  }

  override componentDidCatch(): void {
    this.tries += 1
    if (this.tries > maximumTries) return
    this.timer = setTimeout(() => this.setState({ failed: false }), waitMs * this.tries)
  }

  override componentWillUnmount(): void {
    clearTimeout(this.timer)
  }

  override render(): ReactNode {
    return this.state.failed ? null : this.props.children
  }
}
