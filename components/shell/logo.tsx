/**
 * The mark: flakes of snow above settle into a solid facet of ice. It takes the colour of the text around it
 * for the ice and the accent for the snow.
 */
export function LogoMark({ className }: { className?: string }) {
  return (
    <svg viewBox="0 0 32 32" className={className} aria-hidden="true" focusable="false">
      <g fill="var(--accent)">
        <circle cx="9" cy="5.2" r="1.5" />
        <circle cx="16" cy="3.4" r="1.5" />
        <circle cx="23" cy="5.2" r="1.5" />
        <circle cx="12.4" cy="8.6" r="1.9" />
        <circle cx="19.6" cy="8.6" r="1.9" />
      </g>
      <path fill="var(--accent)" d="M5 13.2 16 11l11 2.2-4.4 4.2H9.4z" opacity="0.55" />
      <path
        fill="currentColor"
        d="M5 14.9 9 18.9 13.4 29 3.6 19.4zM27 14.9 23 18.9 18.6 29l9.8-9.6z"
        opacity="0.72"
      />
      <path fill="currentColor" d="M10.2 18.9h11.6L16 30.4z" />
    </svg>
  )
}

/** Mark and name. */
export function Logo({ className }: { className?: string }) {
  return (
    <span className={className ?? 'inline-flex items-center gap-2'}>
      <LogoMark className="size-6" />
      <span className="font-semibold text-lg tracking-tight">Firn</span>
    </span>
  )
}
