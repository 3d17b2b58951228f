/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.marquetry.InvalidInputException;
import dev.marquetry.testkit.Fixtures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecentFootersTest {
    private final RecentFooters footers = new RecentFooters();

    @TempDir
    private Path folder;

    private Path write(int rows) {
        return Fixtures.table("spine").key("ts", LongStream.range(0, rows)).writeTo(folder);
    }

    @Test
    void anUnchangedFileIsNotReadAgain() throws IOException {
        InputFile first = footers.read(write(10));
        footers.keep(List.of(first));
        assertThat(footers.read(first.path())).isSameAs(first);
    }

    @Test
    void aChangedFileIsReadAgain() throws IOException {
        InputFile first = footers.read(write(10));
        footers.keep(List.of(first));
        write(11);
        assertThat(footers.read(first.path()).rows()).isEqualTo(11);
    }

    @Test
    void aFileOfAnotherTimeIsReadAgain() throws IOException {
        InputFile first = footers.read(write(10));
        footers.keep(List.of(first));
        Files.setLastModifiedTime(first.path(), FileTime.fromMillis(1));
        assertThat(footers.read(first.path())).isNotSameAs(first);
    }

    @Test
    void aLostFileIsMissed() throws IOException {
        InputFile first = footers.read(write(10));
        footers.keep(List.of(first));
        Files.delete(first.path());
        assertThatThrownBy(() -> footers.read(first.path()))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("spine");
    }
}
