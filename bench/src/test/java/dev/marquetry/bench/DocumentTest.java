/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DocumentTest {
    @TempDir
    Path folder;

    @Test
    void oneTable_isReplaced_allElseStays() throws IOException {
        Path page = folder.resolve("page.md");
        Files.writeString(
                page, "a\n<!-- table x -->\nold\n<!-- /table x -->\nb\n<!-- table y -->\n<!-- /table y -->\n");
        new Document(page).replace("x", "new\n");
        assertThat(page)
                .hasContent("a\n<!-- table x -->\nnew\n<!-- /table x -->\nb\n<!-- table y -->\n<!-- /table y -->\n");
    }

    @Test
    void pageWithoutMarkers_isLeftAlone() throws IOException {
        Path page = Files.writeString(folder.resolve("page.md"), "text");
        assertThatThrownBy(() -> new Document(page).replace("x", "new"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("table x");
        assertThat(page).hasContent("text");
    }

    @ParameterizedTest
    @EnumSource
    void everySuite_hasItsTableInTheDocument(Suite suite) throws IOException {
        assertThat(Files.readString(Path.of("..", "docs", "BENCHMARKS.md")))
                .containsOnlyOnce("<!-- table " + suite.text() + " -->\n")
                .containsOnlyOnce("<!-- /table " + suite.text() + " -->\n");
    }
}
