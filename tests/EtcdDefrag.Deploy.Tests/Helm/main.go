// Renders a chart as `helm template` does, where helm itself can't be had: Go's own template engine and sprig's own functions, and
// helm's few functions around them (pkg/engine/engine.go and funcs.go of helm 3).
//
//	chart-template CHART RELEASE NAMESPACE [VALUES.yaml]
//
// Writes the objects to standard output, each headed by its template's name; with NOTES=only the text of NOTES.txt instead.
package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"text/template"

	"github.com/Masterminds/sprig"
	"github.com/ghodss/yaml"
)

type values = map[string]interface{}

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "chart-template:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) < 3 {
		return errors.New("usage: chart-template CHART RELEASE NAMESPACE [VALUES.yaml]")
	}
	folder, chart, defaults, given := args[0], values{}, values{}, values{}
	if err := load(filepath.Join(folder, "Chart.yaml"), &chart); err != nil {
		return err
	}
	if err := load(filepath.Join(folder, "values.yaml"), &defaults); err != nil {
		return err
	}
	if len(args) > 3 {
		if err := load(args[3], &given); err != nil {
			return err
		}
	}

	files, err := filepath.Glob(filepath.Join(folder, "templates", "*"))
	if err != nil {
		return err
	}
	all := template.New("all").Option("missingkey=zero")
	all.Funcs(functions(all))
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		if _, err := all.New(filepath.Base(file)).Parse(string(text)); err != nil {
			return err
		}
	}

	data := values{
		"Values":  merge(defaults, given),
		"Release": values{"Name": args[1], "Namespace": args[2], "Service": "Helm", "IsInstall": true, "IsUpgrade": false, "Revision": 1},
		"Chart":   titled(chart),
	}
	for _, file := range files {
		name := filepath.Base(file)
		if strings.HasPrefix(name, "_") || (name == "NOTES.txt") != (os.Getenv("NOTES") == "only") {
			continue
		}
		var out bytes.Buffer
		if err := all.ExecuteTemplate(&out, name, data); err != nil {
			return err
		}
		// As helm does: missingkey=zero still writes this for a nil in a map of anything.
		text := strings.ReplaceAll(out.String(), "<no value>", "")
		if name == "NOTES.txt" {
			fmt.Print(text)
		} else if strings.TrimSpace(text) != "" {
			fmt.Printf("---\n# Source: %s\n%s\n", name, text)
		}
	}
	return nil
}

func functions(all *template.Template) template.FuncMap {
	functions := sprig.TxtFuncMap()
	delete(functions, "env")
	delete(functions, "expandenv")
	functions["include"] = func(name string, data interface{}) (string, error) {
		var out strings.Builder
		err := all.ExecuteTemplate(&out, name, data)
		return out.String(), err
	}
	functions["toYaml"] = func(value interface{}) (string, error) {
		text, err := yaml.Marshal(value)
		return strings.TrimSuffix(string(text), "\n"), err
	}
	functions["required"] = func(message string, value interface{}) (interface{}, error) {
		if value == nil || value == "" {
			return value, errors.New(message)
		}
		return value, nil
	}
	return functions
}

func load(file string, into *values) error {
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	if err := yaml.Unmarshal(text, into); err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	return nil
}

// Given values win, maps are merged, a given null takes the default away.
func merge(defaults, given values) values {
	merged := values{}
	for name, value := range defaults {
		merged[name] = value
	}
	for name, value := range given {
		inner, isMap := value.(values)
		outer, wasMap := merged[name].(values)
		switch {
		case value == nil:
			delete(merged, name)
		case isMap && wasMap:
			merged[name] = merge(outer, inner)
		default:
			merged[name] = value
		}
	}
	return merged
}

// Chart.yaml's keys as templates write them: .Chart.AppVersion.
func titled(chart values) values {
	titled := values{}
	for name, value := range chart {
		titled[strings.ToUpper(name[:1])+name[1:]] = value
	}
	return titled
}
