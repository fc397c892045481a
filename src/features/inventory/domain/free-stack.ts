/**
 * Free general-admission places, one stack per type. Any of them is as good as another, so the last one given back is
 * the next to go. Each place knows where it lies, so that one asked for by its ticket id leaves from the middle.
 */
export class FreeStack {
  private readonly stacks: number[][] = [];
  private readonly indexOf: number[] = [];

  count(type: number): number {
    return this.stacks[type]?.length ?? 0;
  }

  add(place: number, type: number): void {
    while (this.stacks.length <= type) this.stacks.push([]);
    while (this.indexOf.length <= place) this.indexOf.push(-1);
    const stack = this.stacks[type]!;
    this.indexOf[place] = stack.length;
    stack.push(place);
  }

  /** Takes a place that is in out of its stack. */
  remove(place: number, type: number): void {
    const stack = this.stacks[type]!;
    const index = this.indexOf[place]!;
    const last = stack.pop()!;
    this.indexOf[place] = -1;
    if (last === place) return;
    stack[index] = last;
    this.indexOf[last] = index;
  }

  /** The `count` places that would go next; they stay in until removed. */
  peek(type: number, count: number): number[] {
    const stack = this.stacks[type];
    const places: number[] = [];
    for (let i = 1; stack !== undefined && i <= count && i <= stack.length; i++) places.push(stack[stack.length - i]!);
    return places;
  }
}
