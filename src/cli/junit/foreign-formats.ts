/** Root elements of other formats of test results, and how to get JUnit XML in place of them. */
const formats: Readonly<Record<string, string>> = {
  'test-run':
    "NUnit 3's own format. NUnit writes JUnit with --result='junit.xml;transform=nunit3-junit.xslt'; dotnet test with --logger junit (JunitXml.TestLogger)",
  'test-results': "NUnit 2's own format. NUnit 3 writes JUnit with --result='junit.xml;transform=nunit3-junit.xslt'",
  assemblies:
    "xUnit.net's own format. xUnit.net writes JUnit with -junit FILE; dotnet test with --logger junit (JunitXml.TestLogger)",
  assembly:
    "xUnit.net's own format. xUnit.net writes JUnit with -junit FILE; dotnet test with --logger junit (JunitXml.TestLogger)",
  TestRun: "Visual Studio's TRX. dotnet test writes JUnit with --logger junit (JunitXml.TestLogger)",
  'testng-results': "TestNG's own format. TestNG writes JUnit too, into the folder junitreports",
  testExecutions: "SonarQube's generic format. Have the test runner write JUnit XML",
  result: "Jenkins' own format. Use the files that the junit step reads",
  robot: "Robot Framework's own format. Robot writes JUnit with --xunit FILE, rebot from this file as well",
  Catch: "Catch2's own format. Catch2 writes JUnit with --reporter junit",
  Catch2TestRun: "Catch2's own format. Catch2 writes JUnit with --reporter junit",
  doctest: "doctest's own format. doctest writes JUnit with --reporters=junit",
  Site: "CTest's own format. CTest writes JUnit with --output-junit FILE",
  TestLog: "Boost.Test's own format. Boost.Test writes JUnit with --log_format=JUNIT",
  TestResult: "Boost.Test's own format. Boost.Test writes JUnit with --log_format=JUNIT",
  coverage: 'a report of coverage, not of tests',
  checkstyle: 'a report of Checkstyle, not of tests',
}

/** Why a file whose root is this element has no test results that can be read. */
export function explainForeignRoot(root: string): string {
  const format = Object.hasOwn(formats, root) ? formats[root] : undefined
  return format
    ? `this is not JUnit XML: <${root}> is ${format}`
    : `there are no test results in this file: it has no <testsuite> and no <testcase>, and begins with <${root}>`
}
