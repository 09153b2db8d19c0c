using Mik.Components.Model;

namespace Mik.Components.Validation;

/// <summary>The labels of one type: valid, and different from each other even when case and hyphens are ignored (Explainer.md, "Name Uniqueness").</summary>
/// <param name="what">What is labelled, for messages.</param>
internal sealed class LabelSet(string what)
{
    private readonly HashSet<string> _labels = new(StringComparer.Ordinal);

    /// <summary>Checks a label and takes note of it.</summary>
    public string Add(string label, int offset)
    {
        if (!ExternName.IsLabel(label))
        {
            Reject.Invalid(label.Length == 0 ? $"{what} name cannot be empty" : $"{what} name `{label}` is not in kebab case", offset);
        }
        if (!_labels.Add(ExternName.Fold(label)))
        {
            Reject.Invalid($"{what} name `{label}` conflicts with previous {what} name", offset);
        }
        return label;
    }
}
