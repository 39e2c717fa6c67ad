import http.client
from pathlib import Path

from shared.plumbing import embedded
from shared.plumbing.declare import declare
from shared.plumbing.health import HealthServer
from shared.plumbing.providers import database_of
from shared.plumbing.runner import config_for, run_services
from shared.plumbing.topology import plans_of
from tests.unit.plumbing.toys import PROVINCE, HearerService, SpeakerService, open_house


def ask(server: HealthServer, path: str) -> tuple[int, str]:
    connection = http.client.HTTPConnection(*server._server.address, timeout=5)
    connection.request("GET", path)
    answer = connection.getresponse()
    return answer.status, answer.read().decode()


def test_a_process_is_ready_only_while_its_database_answers(tmp_path: Path) -> None:
    classes = [SpeakerService, HearerService]
    declare(embedded.URL, plans_of(classes, [PROVINCE]))
    runner = run_services(classes, config_for(embedded.URL, open_house(tmp_path)))
    containers = [runner.container(cls.name) for cls in classes]
    server = HealthServer("127.0.0.1:0", containers, embedded.URL)
    server.start()
    try:
        assert ask(server, "/healthz")[0] == 200
        assert ask(server, "/readyz") == (200, "ready")
        assert "hecha_facts_heard_total" in ask(server, "/metrics")[1]

        with database_of(containers[1]).transaction() as tx:
            tx.connection.exec_driver_sql("drop table outbox")

        assert ask(server, "/readyz") == (503, "hearer:database")
    finally:
        server.stop()
        runner.stop(within_s=10)
        embedded.forget_everything()
