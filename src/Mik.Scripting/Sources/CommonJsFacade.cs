using System.Text;
using System.Text.RegularExpressions;
using Mik.Scripting.TypeScript;

namespace Mik.Scripting.Sources;

/// <summary>The module that runs the body of one of CommonJS and exports what it has exported, by the names that are known from its text.</summary>
internal static partial class CommonJsFacade
{
    /// <summary>The JavaScript of it.</summary>
    public static byte[] Of(string module, CommonJsExports exports)
    {
        var code = new StringBuilder(
            $$"""import{$commonjs}from"{{module}}";const $exports=$commonjs();export default $exports?.__esModule||typeof $exports==="object"&&$exports?.default?$exports.default:$exports;""");
        foreach (var (index, name) in exports.Names.Where(name => Identifier().IsMatch(name)).Index())
        {
            code.Append($"const $name{index}=$exports?.{name};export{{$name{index} as {name}}};");
        }

        foreach (var file in exports.Stars)
        {
            code.Append($"export*from\"{file}\";");
        }

        return Encoding.UTF8.GetBytes(code.ToString());
    }

    [GeneratedRegex(@"^[\p{L}_$][\p{L}\p{Nd}_$]*$", RegexOptions.None, 1000)]
    private static partial Regex Identifier();
}
