using Mik.Testing;
using Xunit.Sdk;
using Xunit.v3;

[assembly: TestCollectionOrderer(typeof(TestOrder))]
[assembly: TestClassOrderer(typeof(TestOrder))]
[assembly: TestMethodOrderer(typeof(TestOrder))]
[assembly: TestCaseOrderer(typeof(TestOrder))]

namespace Mik.Testing;

/// <summary>By name. The runner's own order depends on the folder of the checkout: what failed in one passed in every other.</summary>
internal sealed class TestOrder : ITestCollectionOrderer, ITestClassOrderer, ITestMethodOrderer, ITestCaseOrderer
{
    public IReadOnlyCollection<TCollection> OrderTestCollections<TCollection>(IReadOnlyCollection<TCollection> testCollections)
        where TCollection : ITestCollection => Sorted(testCollections, collection => collection.TestCollectionDisplayName);

    public IReadOnlyCollection<TClass?> OrderTestClasses<TClass>(IReadOnlyCollection<TClass?> testClasses)
        where TClass : notnull, ITestClass => Sorted(testClasses, type => type?.TestClassName);

    public IReadOnlyCollection<TMethod?> OrderTestMethods<TMethod>(IReadOnlyCollection<TMethod?> testMethods)
        where TMethod : notnull, ITestMethod => Sorted(testMethods, method => method?.MethodName);

    public IReadOnlyCollection<TCase> OrderTestCases<TCase>(IReadOnlyCollection<TCase> testCases)
        where TCase : notnull, ITestCase => Sorted(testCases, test => test.TestCaseDisplayName);

    private static List<T> Sorted<T>(IEnumerable<T> tests, Func<T, string?> name) => [.. tests.OrderBy(name, StringComparer.Ordinal)];
}
