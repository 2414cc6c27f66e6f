interface Listed<Item> {
  data: Item[];
  has_more: boolean;
}

/** A page of a list. Going through it with `for await` goes through all pages behind it, too. */
export class Page<Item> implements AsyncIterable<Item> {
  readonly data: Item[];
  readonly hasMore: boolean;
  readonly #next: (last: Item) => Promise<Page<Item>>;

  constructor(listed: Listed<Item>, next: (last: Item) => Promise<Page<Item>>) {
    this.data = listed.data;
    this.hasMore = listed.has_more;
    this.#next = next;
  }

  /** The page behind this one, if there is one. */
  async next(): Promise<Page<Item> | undefined> {
    const last = this.data.at(-1);
    return this.hasMore && last !== undefined ? this.#next(last) : undefined;
  }

  async *[Symbol.asyncIterator](): AsyncIterator<Item> {
    let page: Page<Item> | undefined = this;
    while (page) {
      yield* page.data;
      page = await page.next();
    }
  }
}
