/** What is found while a section is read: faults stop the boot, warnings are logged. One sentence each. */
export class Findings {
  readonly faults: string[] = [];
  readonly warnings: string[] = [];

  fault(sentence: string): void {
    if (!this.faults.includes(sentence)) this.faults.push(sentence);
  }

  warn(sentence: string): void {
    if (!this.warnings.includes(sentence)) this.warnings.push(sentence);
  }
}
