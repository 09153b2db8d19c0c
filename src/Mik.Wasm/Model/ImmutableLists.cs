using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace Mik.Wasm.Model;

/// <summary>
/// For the lists of the model what <see cref="Array"/> has for arrays: code that is here is compiled ahead of time for each type of elements, and
/// <c>System.Linq</c>'s for structures of this assembly is not.
/// </summary>
internal static class ImmutableLists
{
    extension<T>(ImmutableArray<T> items)
    {
        /// <summary>An array of what becomes of each element.</summary>
        public TResult[] ConvertAll<TResult>(Converter<T, TResult> converter)
        {
            var results = items.Length == 0 ? [] : new TResult[items.Length];
            for (var i = 0; i < results.Length; i++)
            {
                results[i] = converter(items[i]);
            }
            return results;
        }

        /// <summary>Whether an element is such that.</summary>
        public bool Exists(Predicate<T> match)
        {
            for (var i = 0; i < items.Length; i++)
            {
                if (match(items[i]))
                {
                    return true;
                }
            }
            return false;
        }
    }

    extension<T>(T[] items)
    {
        /// <summary>The array as a list, without a copy: nobody may write to it any more.</summary>
        public ImmutableArray<T> AsImmutable() => ImmutableCollectionsMarshal.AsImmutableArray(items);
    }
}
