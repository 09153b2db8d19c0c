using Mik.Testing;

namespace Mik.Scripting.Tests.TypeScript;

/// <summary>A piece of TypeScript whose default export gives a value.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Files">Its files; the first is the script.</param>
internal sealed record Snippet(string Name, IReadOnlyList<(string Name, string Source)> Files)
{
    /// <summary>Whether it has forms that only CommonJS has.</summary>
    public bool IsCommonJs => Files[0].Source.Contains("export =", StringComparison.Ordinal);
}

/// <summary>What TypeScript allows, piece by piece: written by hand, and made of the words and types of the language.</summary>
internal static class Corpus
{
    // Words that are names as well.
    private static readonly string[] Words =
    [
        "abstract", "accessor", "any", "as", "asserts", "async", "await_", "bigint", "boolean", "declare", "defer", "from", "get", "global", "infer",
        "intrinsic", "is", "keyof",
        "module", "namespace", "never", "number", "object", "of", "out", "override", "readonly", "require", "satisfies", "set", "string", "symbol", "type",
        "undefined_", "unique", "unknown", "using",
    ];

    private static readonly string[] Types =
    [
        "number", "string | undefined", "Array<Array<number>>", "readonly string[]", "[a: number, b?: string, ...rest: boolean[]]",
        "{ a: number; readonly b?: string; [k: string]: any }",
        "(a: number, b?: string) => void", "new (...a: any[]) => object", "abstract new () => any", "<T extends object = {}>(x: T) => x is T & { a: 1 }",
        "typeof globalThis", "typeof import('./x')",
        "import('./x').Y<string>['z']", "keyof any[]", "unique symbol", "`a${string}-${number}`", "-1", "10n",
        "any extends (infer U extends string)[] ? U : never",
        "{ readonly [K in keyof any as `x${string & K}`]?: K }", "{ -readonly [K in 'a']-?: K }", "A.B.C<D>['e'][]", "this", "asserts", "(string | number)[]",
        "Map<string, Set<Map<number, any>>>",
        "{ (x: number): void; new (): any; m?<T>(x: T): T; get g(): number; set g(v) }", "null", "(new () => void) | ((x: number) => asserts x)",
        "object & { a: 1 } | false",
    ];

    /// <summary>Where the files are.</summary>
    public static string Folder => RepositoryRoot.Combine("tests", "Mik.Scripting.Tests", "TypeScript", "corpus");

    /// <summary>All of it.</summary>
    public static IReadOnlyList<Snippet> All { get; } = [.. Statements(), .. Modules(), .. WordsAsNames(), .. TypesEverywhere()];

    private static IEnumerable<Snippet> Statements() => Read("statements.txt").Split("\n---\n")
        .Select((body, index) => Of($"statement {index + 1}", $"export default (): unknown => {{ {body.TrimEnd('\n')} }};\n"));

    private static IEnumerable<Snippet> Modules()
    {
        foreach (var block in ("\n" + Read("modules.txt")).Split("\n=== ", StringSplitOptions.RemoveEmptyEntries))
        {
            var files = block.Split("\n--- ");
            var (name, source) = Cut(files[0]);
            yield return new Snippet(name, [("s.ts", source), .. files[1..].Select(Cut)]);
        }
    }

    private static IEnumerable<Snippet> WordsAsNames() => Words.Select(word => Of($"{word} as a name", $$"""
        let {{word}}: any = 1
        {{word}}
        const o: any = { {{word}}, a: {{word}} as any, {{word}}2: <any>{{word}} };
        function f({{word}}: any, x = {{word}} as number) { return {{word}} + x; }
        class C { {{word}} = 1; static {{word}}: number = 2; f({{word}}: any) { return this.{{word}} + {{word}}! } }
        const g: any = ({{word}}: any): any => {{word}};
        {{word}} = {{word}} as any
        {{word}}++
        export default () => [{{word}}, o, f(1), new C().f(2), C.{{word}}, g({{word}}), {{word}} < 5, {{word}} > 3, o.{{word}}!, ({{word}}), {{word}} ? {{word}} : 0];

        """));

    private static IEnumerable<Snippet> TypesEverywhere() => Types.Select((type, index) => Of($"type {index + 1}", $$"""
        type T = {{type}};
        type U<X = {{type}}> = X | {{type}};
        let a: {{type}}
        let b: any = (1 as any) as {{type}}
        const c = <{{type}}>(b as any);
        const d = ((x: {{type}}, y?: {{type}}): any => x)(b);
        function f<X extends ({{type}})>(this: any, x: X, ...y: ({{type}})[]): any { return x; }
        class C<X> { p!: {{type}}; q?: {{type}}; m(x: {{type}}): void {} static s: {{type}} = 5 as any; declare z: {{type}}; }
        const g: any = f; g<{{type}}>(1);
        interface I extends Record<string, {{type}}> { x: {{type}}; y(z: {{type}}): {{type}} }
        for (const x of [1] as any as ({{type}})[]) { b = x; }
        export default () => [b, c, d, f.call(1, 2 as any), (C as any).s, a! === undefined];

        """));

    private static Snippet Of(string name, string source) => new(name, [("s.ts", source)]);

    private static (string Name, string Source) Cut(string block)
    {
        var end = block.IndexOf('\n', StringComparison.Ordinal);
        return end < 0 ? (block, "") : (block[..end], block[(end + 1)..].TrimEnd('\n') + "\n");
    }

    private static string Read(string name) => File.ReadAllText(Path.Combine(Folder, name)).ReplaceLineEndings("\n");
}
