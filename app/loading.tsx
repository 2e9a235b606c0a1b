import { Page } from '#components/ui/page-header.tsx'
import { Skeleton, SkeletonLines } from '#components/ui/skeleton.tsx'

export default function Loading() {
  return (
    <Page>
      <Skeleton className="h-7 w-56" />
      <div className="rounded-md border border-line bg-surface p-4">
        <SkeletonLines lines={6} />
      </div>
    </Page>
  )
}
