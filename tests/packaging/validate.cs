// Checks a bill of materials against CycloneDX's schema: LIBRARY FILE. The library comes with a tool, not as a package: hence by reflection.
#:property PublishAot=false
using System.Reflection;

var library = Assembly.LoadFrom(args[0]);
var validator = library.GetType("CycloneDX.Json.Validator", throwOnError: true)!;
var version = Enum.Parse(library.GetType("CycloneDX.SpecificationVersion", throwOnError: true)!, "v1_6");
var validate = validator.GetMethod("Validate", [typeof(string), version.GetType()])!;
var result = validate.Invoke(null, [File.ReadAllText(args[1]), version])!;
var messages = (IEnumerable<string>)result.GetType().GetProperty("Messages")!.GetValue(result)!;
Console.WriteLine(string.Join('\n', messages));
return (bool)result.GetType().GetProperty("Valid")!.GetValue(result)! ? 0 : 1;
