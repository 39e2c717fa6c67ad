import pytest
from kombu import Connection

from deploy.servers.rabbitmq import RabbitMQ, RabbitMQError


def put_and_count(url: str, *, put: int) -> int:
    with Connection(url) as connection:
        queue = connection.SimpleQueue("durable-one", queue_opts={"durable": True})
        for number in range(put):
            queue.put({"n": number}, delivery_mode=2)
        # Passive: only asks how many wait.
        return int(queue.queue(connection.default_channel).queue_declare(passive=True)[1])


def test_a_virtual_host_is_a_bus_apart(rabbitmq: RabbitMQ) -> None:
    first, second = (rabbitmq.make_vhost(name) for name in ("apart-1", "apart-2"))

    put_and_count(first, put=3)

    assert put_and_count(second, put=0) == 0
    rabbitmq.drop_vhost("apart-1")
    rabbitmq.drop_vhost("apart-2")


def test_what_was_confirmed_outlives_a_stop_and_a_start_on_the_same_address(
    rabbitmq: RabbitMQ,
) -> None:
    url = rabbitmq.make_vhost("kept")
    put_and_count(url, put=5)
    rabbitmq.restart()

    assert rabbitmq.url_of("kept") == url
    assert put_and_count(url, put=0) == 5
    rabbitmq.drop_vhost("kept")


def test_a_killed_node_starts_again_on_the_same_address(rabbitmq: RabbitMQ) -> None:
    url = rabbitmq.url
    rabbitmq.kill()
    assert not rabbitmq.is_alive()
    rabbitmq.start()

    assert rabbitmq.url == url
    with Connection(url) as connection:
        connection.connect()


def test_a_question_the_node_refuses_is_an_error_without_the_password(rabbitmq: RabbitMQ) -> None:
    with pytest.raises(RabbitMQError) as refused:
        rabbitmq.ask("GET", "/api/vhosts/nowhere")

    assert str(refused.value) == "GET /api/vhosts/nowhere: 404"
