import type { EventName } from './event-names.ts'
import type { Random } from './random.ts'
import { hex32, type Visit } from './visits.ts'
import {
  adSlots,
  authMethods,
  categories,
  firstRecipeId,
  listTypes,
  type PageName,
  pages,
  recipeNames,
  searchKeywords,
  shareChannels,
  sortOrders,
} from './vocabulary.ts'

/**
 * One bronze line as text. Lines are put together from ready-made pieces, already escaped for a JSON string within JSON,
 * since a million JSON.stringify calls would take most of the generator's time.
 */

const recipeCount = 5_000
const site = 'https://recipe.example.com'
const q = '\\"'

const pick = <Item>(random: Random, items: readonly Item[]): Item => items[random.below(items.length)] as Item
/** Favours the first items, as readers favour popular recipes and words. */
const popular = (random: Random, count: number): number => Math.floor(count * random.unit() ** 2)

const pageHead = (name: string, path: string): string =>
  `{${q}page${q}:{${q}name${q}:${q}${name}${q},${q}url${q}:${q}${site}${path}${q},${q}path${q}:${q}${path}${q}}`
const pageHeads = new Map<PageName, string>(pages.map((page) => [page.name, pageHead(page.name, page.path)]))

const text = (name: string, value: string): string => `${q}${name}${q}:${q}${value}${q}`
const number = (name: string, value: number): string => `${q}${name}${q}:${value}`

interface Recipe {
  id: number
  title: string
}

const pickRecipe = (random: Random): Recipe => {
  const index = popular(random, recipeCount)
  return { id: firstRecipeId + index, title: recipeNames[index % recipeNames.length] as string }
}
const recipeFields = (recipe: Recipe): string =>
  `${number('recipe_id', recipe.id)},${text('recipe_title', recipe.title)}`

interface Act {
  page: PageName
  /** The recipe whose page it is, when the page is recipe_detail. */
  recipe?: Recipe
  properties: string
}

const onRecipe = (random: Random, properties: (recipe: Recipe) => string): Act => {
  const recipe = pickRecipe(random)
  return { page: 'recipe_detail', recipe, properties: `${recipeFields(recipe)},${properties(recipe)}` }
}

const listPages: readonly PageName[] = [
  'home',
  'recipe_list',
  'ranking_daily',
  'ranking_monthly',
  'category_korean',
  'category_western',
  'category_baking',
  'category_vegan',
]

const acts: Record<EventName, (random: Random) => Act> = {
  view_page: (random) => {
    const page = (pages[popular(random, pages.length)] as (typeof pages)[number]).name
    if (page === 'recipe_detail')
      return onRecipe(
        random,
        () => `${text('action', 'view')},${number('dwell_ms', 800 + random.below(180_000))}`,
      )
    return { page, properties: `${text('action', 'view')},${number('dwell_ms', 300 + random.below(60_000))}` }
  },
  view_recipe_list: (random) => ({
    page: pick(random, listPages),
    properties: `${text('list_type', pick(random, listTypes))},${text('sort_order', pick(random, sortOrders))},${number('page_number', 1 + popular(random, 9))},${number('list_size', 20)},${text('category', pick(random, categories))}`,
  }),
  click_auth_button: (random) => ({
    page: random.below(3) === 0 ? 'signup' : 'login',
    properties: `${text('action', 'click')},${text('auth_method', pick(random, authMethods))},${text('auth_step', 'start')}`,
  }),
  search_recipe: (random) => ({
    page: random.below(3) === 0 ? 'search' : 'search_result',
    properties: `${text('action', 'search')},${text('search_keyword', searchKeywords[popular(random, searchKeywords.length)] as string)},${number('result_count', random.below(20) === 0 ? 0 : random.below(480))},${q}suggestion_used${q}:${random.below(4) === 0}`,
  }),
  click_recipe: (random) => ({
    page: pick(random, listPages),
    properties: `${recipeFields(pickRecipe(random))},${text('list_type', pick(random, listTypes))},${number('list_position', 1 + popular(random, 20))},${text('action', 'click')}`,
  }),
  auth_success: (random) => ({
    page: 'login',
    properties: `${text('action', 'success')},${text('auth_method', pick(random, authMethods))},${text('auth_step', 'done')}`,
  }),
  view_ads: (random) => ({
    page: pick(random, listPages),
    properties: `${text('ad_id', `ad-${100 + random.below(60)}`)},${text('ad_slot', pick(random, adSlots))},${text('action', 'impression')}`,
  }),
  create_comment: (random) =>
    onRecipe(
      random,
      () =>
        `${text('action', 'create')},${text('comment_id', `c${hex32(random.uint32())}`)},${number('comment_length', 2 + random.below(220))}`,
    ),
  click_like: (random) => onRecipe(random, () => text('action', random.below(12) === 0 ? 'unlike' : 'like')),
  click_bookmark: (random) =>
    onRecipe(random, () => text('action', random.below(10) === 0 ? 'remove' : 'add')),
  share_recipe: (random) =>
    onRecipe(
      random,
      () => `${text('action', 'share')},${text('share_channel', pick(random, shareChannels))}`,
    ),
  rate_recipe: (random) =>
    onRecipe(random, () => `${text('action', 'rate')},${number('rating', 5 - popular(random, 5))}`),
  start_cooking_timer: (random) =>
    onRecipe(
      random,
      () => `${text('action', 'start')},${number('timer_seconds', 30 * (1 + random.below(80)))}`,
    ),
  add_to_shopping_list: (random) => onRecipe(random, () => text('action', 'add')),
  follow_cook: (random) => onRecipe(random, () => text('action', 'follow')),
  click_banner: () => ({
    page: 'home',
    properties: `${text('action', 'click')},${text('ad_slot', 'home_top')}`,
  }),
  upload_recipe_photo: (random) => onRecipe(random, () => text('action', 'upload')),
  logout: () => ({ page: 'my_page', properties: text('action', 'logout') }),
  print_recipe: (random) => onRecipe(random, () => text('action', 'print')),
  report_comment: (random) =>
    onRecipe(random, () => `${text('action', 'report')},${text('comment_id', `c${hex32(random.uint32())}`)}`),
  delete_comment: (random) =>
    onRecipe(random, () => `${text('action', 'delete')},${text('comment_id', `c${hex32(random.uint32())}`)}`),
}

/** These need an account: whoever does them is signed in from then on. */
const needsAccount = new Set<EventName>([
  'auth_success',
  'create_comment',
  'click_like',
  'click_bookmark',
  'rate_recipe',
  'follow_cook',
  'upload_recipe_photo',
  'delete_comment',
])

/**
 * One bronze event as a line of JSON without its line break; changes the visit when the person signs in or out.
 * @param date `2025-07-01` in Asia/Seoul
 * @param time `23:59:59.123` in Asia/Seoul
 */
export function eventLine(random: Random, name: EventName, visit: Visit, date: string, time: string): string {
  const { page, recipe, properties } = acts[name](random)
  if (needsAccount.has(name)) visit.signedIn = true
  else if (name === 'click_auth_button') visit.signedIn = false
  const user = visit.signedIn ? `"${visit.userId}"` : 'null'
  if (name === 'logout') visit.signedIn = false
  const head =
    recipe === undefined ? (pageHeads.get(page) as string) : pageHead(page, `/recipes/${recipe.id}`)
  const second = hex32(random.uint32())
  // The fixed digits make it a well-formed random (version 4) UUID.
  const id = `${hex32(random.uint32())}-${second.slice(0, 4)}-4${second.slice(5)}-a${hex32(random.uint32()).slice(0, 3)}-${hex32(random.uint32())}${hex32(random.uint32()).slice(4)}`
  return `{"event_id":"${id}","event_name":"${name}","user_id":${user},"anonymous_id":"${visit.anonymousId}","session_id":"${visit.sessionId}","date":"${date}","timestamp":"${date}T${time}+09:00","context":"${head}${visit.contextTail}","event_properties":"{${properties}}"}`
}
