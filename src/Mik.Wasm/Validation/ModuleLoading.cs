using Mik.Wasm.Decoding;
using Mik.Wasm.Model;

namespace Mik.Wasm.Validation;

/// <summary>How a <see cref="WasmModule"/> is made of bytes. Declared here, since the model knows neither who decodes nor who validates it.</summary>
public static class ModuleLoading
{
    extension(WasmModule module)
    {
        /// <summary>Decodes and validates a binary module.</summary>
        /// <param name="bytes">The module; kept, not copied.</param>
        /// <param name="features">What the module may use.</param>
        /// <param name="isKnown">Whether a module with these bytes was found valid before, by the same engine with the same features: its functions are
        /// not read then.</param>
        /// <param name="budget">What loading may cost, the translation of the module included; left out, it is that of a file with these bytes.</param>
        /// <exception cref="InvalidModuleException">The bytes are malformed, the module is invalid or above a limit; it names the offset and the
        /// reason.</exception>
        /// <exception cref="OperationCanceledException">The budget's load was cancelled.</exception>
        public static WasmModule Load(
            ReadOnlyMemory<byte> bytes, WasmFeatures features = WasmFeatures.Default, Predicate<ReadOnlyMemory<byte>>? isKnown = null,
            LoadBudget? budget = null)
        {
            budget ??= new LoadBudget(bytes.Length);
            var loaded = ModuleDecoder.Decode(bytes, features, budget);
            loaded.DrawOn(budget);
            ModuleValidator.Validate(loaded, features);
            loaded.FeaturesToValidate = features;
            if (isKnown?.Invoke(bytes) != true)
            {
                loaded.ValidateFunctions();
            }
            return loaded;
        }

        /// <summary>Validates the functions unless that was done; whoever translates them calls it first.</summary>
        /// <exception cref="InvalidModuleException">One is invalid after all.</exception>
        internal void ValidateFunctions()
        {
            if (module.FeaturesToValidate is { } features)
            {
                ModuleValidator.ValidateFunctions(module, features, module.LoadCancellation);
                module.FeaturesToValidate = null;
            }
        }
    }
}
