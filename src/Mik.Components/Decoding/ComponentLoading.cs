using Mik.Components.Model;
using Mik.Wasm.Model;

namespace Mik.Components.Decoding;

/// <summary>How a <see cref="Component"/> is made of bytes. Declared here, since the model does not know who decodes it.</summary>
public static class ComponentLoading
{
    extension(Component)
    {
        /// <summary>Decodes and validates a binary component, core modules inside included.</summary>
        /// <param name="bytes">The component; kept, not copied.</param>
        /// <param name="features">What its core modules may use.</param>
        /// <param name="isKnownModule">Whether a core module with these bytes was found valid before, by the same engine with the same features.</param>
        /// <param name="budget">What loading may cost, translation included; left out, it is that of a file with these bytes.</param>
        /// <param name="componentFeatures">What it may use of the Component Model that is not settled yet.</param>
        /// <exception cref="InvalidComponentException">The bytes are no valid component, or one above a limit; it says why and at what offset.</exception>
        /// <exception cref="OperationCanceledException">The budget's load was cancelled.</exception>
        public static Component Load(
            ReadOnlyMemory<byte> bytes, WasmFeatures features = WasmFeatures.Default, Predicate<ReadOnlyMemory<byte>>? isKnownModule = null,
            LoadBudget? budget = null, ComponentFeatures componentFeatures = ComponentFeatures.None) =>
            ComponentDecoder.Decode(bytes, features, isKnownModule, budget ?? new LoadBudget(bytes.Length), componentFeatures);

        /// <summary>The bytes of a component's file. What has no length has none: it may be a pipe or a device, of which reading has no end.</summary>
        /// <param name="path">The file.</param>
        /// <exception cref="IOException">It is not there, or cannot be read.</exception>
        /// <exception cref="UnauthorizedAccessException">It may not be read, or is a folder.</exception>
        public static byte[] ReadFile(string path) => new FileInfo(path) is { Exists: true, Length: 0 } ? [] : File.ReadAllBytes(path);
    }
}
