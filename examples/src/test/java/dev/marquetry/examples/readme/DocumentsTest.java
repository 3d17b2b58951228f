/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.examples.readme;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Documents name no class that is not there, and link to no file that is not there. */
class DocumentsTest {
    private static final Path ROOT = Path.of("..");
    private static final Pattern BLOCK = Pattern.compile("^```.*?^```$", Pattern.DOTALL | Pattern.MULTILINE);
    private static final Pattern NAMED = Pattern.compile("`([A-Z][a-z0-9]+(?:[A-Z][A-Za-z0-9]*)+)(?:[.#(][^`]*)?`");
    private static final Pattern DECLARED = Pattern.compile("\\b(?:class|interface|enum|record) ([A-Z]\\w*)");
    private static final Pattern LINK = Pattern.compile("]\\(([^):#]+)\\)");

    private static List<Path> documents() throws IOException {
        List<Path> documents = new ArrayList<>(
                List.of(ROOT.resolve("README.md"), ROOT.resolve("CONTRIBUTING.md"), ROOT.resolve("CHANGELOG.md")));
        try (Stream<Path> docs = Files.list(ROOT.resolve("docs"))) {
            docs.filter(file -> file.toString().endsWith(".md")).sorted().forEach(documents::add);
        }
        return documents;
    }

    private static Set<String> declared() throws IOException {
        Set<String> names = new HashSet<>();
        for (String module : List.of(
                "merge-api",
                "merge-local",
                "merge-gcs",
                "merge-bigquery",
                "merge-bigquery-sql",
                "merge-cloudrun",
                "examples",
                "bench")) {
            List<Path> sources;
            try (Stream<Path> walk = Files.walk(ROOT.resolve(module).resolve("src"))) {
                sources = walk.filter(file -> file.toString().endsWith(".java")).toList();
            }
            for (Path source : sources) {
                Matcher matcher = DECLARED.matcher(Files.readString(source));
                while (matcher.find()) {
                    names.add(matcher.group(1));
                }
            }
        }
        return names;
    }

    private static boolean isInTheJdk(String name) {
        try {
            Class.forName("java.lang." + name, false, null);
            return true;
        } catch (ClassNotFoundException e) {
            return false;
        }
    }

    @Test
    void everyNamedClass_exists() throws IOException {
        Set<String> declared = declared();
        List<String> missing = new ArrayList<>();
        int seen = 0;
        for (Path document : documents()) {
            Matcher matcher =
                    NAMED.matcher(BLOCK.matcher(Files.readString(document)).replaceAll(""));
            for (; matcher.find(); seen++) {
                String name = matcher.group(1);
                if (!declared.contains(name) && !isInTheJdk(name)) {
                    missing.add(document.getFileName() + ": " + name);
                }
            }
        }
        assertThat(missing).isEmpty();
        assertThat(seen).as("names found").isGreaterThan(20);
    }

    @Test
    void everyLink_leadsToAFile() throws IOException {
        for (Path document : documents()) {
            Path folder = document.toAbsolutePath().getParent();
            assertThat(LINK.matcher(Files.readString(document)).results().map(link -> link.group(1)))
                    .as(document.toString())
                    .allSatisfy(target -> assertThat(folder.resolve(target)).exists());
        }
    }
}
