import { apportion } from './apportion.ts'

/** Events of the full July 2025 set (mission [003]); the last eleven are what that document sums up as "all others", 11,159. */
export const fullEventCounts = {
  view_page: 300_526,
  view_recipe_list: 169_199,
  click_auth_button: 141_482,
  search_recipe: 126_375,
  click_recipe: 90_778,
  auth_success: 52_373,
  view_ads: 50_774,
  create_comment: 20_439,
  click_like: 19_961,
  click_bookmark: 16_935,
  share_recipe: 2_431,
  rate_recipe: 1_987,
  start_cooking_timer: 1_604,
  add_to_shopping_list: 1_322,
  follow_cook: 968,
  click_banner: 861,
  upload_recipe_photo: 702,
  logout: 588,
  print_recipe: 341,
  report_comment: 203,
  delete_comment: 152,
} as const

export type EventName = keyof typeof fullEventCounts

export const eventNames = Object.keys(fullEventCounts) as EventName[]

export const fullEventTotal: number = Object.values(fullEventCounts).reduce((left, right) => left + right, 0)

/** How often each event comes in a set of `total`, in the order of `eventNames`; exact at the full size, in proportion otherwise. */
export const eventCounts = (total: number): number[] => apportion(total, Object.values(fullEventCounts))
