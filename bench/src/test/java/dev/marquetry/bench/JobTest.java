/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class JobTest {
    private static List<Job> jobs(Suite suite) {
        return Job.of(suite, List.of(25, 50, 200), List.of("aligned", "gappy", "shuffled"), "256MB");
    }

    @ParameterizedTest
    @EnumSource
    void everySuite_hasJobsOfDifferentNames(Suite suite) {
        assertThat(jobs(suite)).isNotEmpty().extracting(Job::name).doesNotHaveDuplicates();
    }

    @Test
    void sizes_areThreeByThree() {
        assertThat(jobs(Suite.SIZES)).hasSize(9);
    }

    @Test
    void differentSamples_haveDifferentFolders() {
        Map<String, Sample> folders = new HashMap<>();
        for (Suite suite : Suite.values()) {
            for (Job job : jobs(suite)) {
                Sample other = folders.put(job.sample().folderName(), job.sample());
                assertThat(other == null || other.equals(job.sample()))
                        .as(job.sample().folderName())
                        .isTrue();
            }
        }
    }

    @Test
    void codec_isThatOfTheInputs() {
        assertThat(jobs(Suite.ZSTD)).extracting(Job::codec).containsExactly("zstd");
        assertThat(jobs(Suite.SIZES)).extracting(Job::codec).containsOnly("snappy");
    }
}
